import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { malformedHeaders } from "./malformed-headers.ts";

/** An object with the given header text and data, whatever they say. */
function assemble(header: string, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

function refusal(bytes: Uint8Array): string {
  try {
    decodeSafetensors(bytes);
  } catch (error) {
    if (error instanceof Error && error.name === "ObjectInvalid") return error.message;
    throw error;
  }
  return "accepted";
}

describe("bytes that cannot be trusted", () => {
  const sound = encodeSafetensors(
    [
      { name: "weight", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
      { name: "label", shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) },
    ],
    { round: "3", note: 'a "quoted" \\ label' },
  );

  it("are refused when cut at any byte", () => {
    for (let length = 0; length < sound.length; length++) {
      expect(refusal(sound.slice(0, length)), `${length} bytes`).not.toBe("accepted");
    }
  });

  it("are refused when longer by any byte", () => {
    expect(refusal(Uint8Array.from([...sound, 0]))).toBe("1 bytes follow the last tensor");
  });

  it("with any bit of length or header flipped are read or refused as ObjectInvalid, never anything else", () => {
    const start = 8 + new DataView(sound.buffer).getUint32(0, true);
    let refused = 0;
    for (let bit = 0; bit < start * 8; bit++) {
      const bytes = sound.slice();
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      if (refusal(bytes) !== "accepted") refused++;
    }
    // flips that only rename a tensor or a label are still sound objects
    expect(refused / (start * 8)).toBeGreaterThan(0.7);
  });

  it("of any kind are read or refused as ObjectInvalid", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void refusal(bytes)));
    fc.assert(fc.property(fc.json(), (header) => void refusal(assemble(header, [1, 2, 3, 4]))));
  });

  it.each(malformedHeaders)("are refused for %s", (_, header, message) => {
    expect(refusal(assemble(header, [1, 2, 3]))).toMatch(message);
  });

  it("are refused for a header that is not UTF-8", () => {
    const bytes = assemble('{"__metadata__":{"a":"?"}}');
    bytes[bytes.indexOf(0x3f)] = 0xff;
    expect(refusal(bytes)).toMatch(/UTF-8/);
  });

  it("are refused for a header length past 2^53 before anything is allocated", () => {
    expect(refusal(new Uint8Array(16).fill(0xff))).toMatch(/18446744073709551615 bytes is too long/);
  });
});
