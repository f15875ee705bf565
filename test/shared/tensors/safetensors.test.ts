import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../../shared/tensors/safetensors.ts";
import { metadata, tensors } from "./drawn-tensors.ts";

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

describe("the bytes", () => {
  const header =
    '{"__metadata__":{"epoch":"2"},' +
    '"bias":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},' +
    '"weight":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},' +
    '"mask":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}}';
  // 8 bytes of length, 202 of header padded with spaces to 208, then -2, 1.0, -2.5 and 7 8 9
  const fixture = Uint8Array.from([
    ...[0xd0, 0, 0, 0, 0, 0, 0, 0],
    ...ascii(header.padEnd(208)),
    ...[0xfe, 0xff, 0xff, 0xff],
    ...[0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0],
    ...[7, 8, 9],
  ]);
  const parts: Tensor[] = [
    { name: "mask", shape: [3], data: Uint8Array.of(7, 8, 9) },
    { name: "weight", shape: [2], data: Float32Array.of(1, -2.5) },
    { name: "bias", shape: [1], data: Int32Array.of(-2) },
  ];

  it("are those of the published format, written by hand", () => {
    expect(encodeSafetensors(parts, { epoch: "2" })).toEqual(fixture);
  });

  it("are read back from the hand-written object", () => {
    const { tensors, metadata } = decodeSafetensors(fixture);
    expect(Object.fromEntries(tensors)).toEqual(Object.fromEntries(parts.map((part) => [part.name, part])));
    expect(metadata).toEqual({ epoch: "2" });
  });

  it("do not depend on the order in which tensors and metadata come", () => {
    fc.assert(
      fc.property(tensors, metadata, (list, labels) => {
        const reversed = Object.fromEntries(Object.entries(labels).reverse());
        expect(encodeSafetensors(list.toReversed(), reversed)).toEqual(encodeSafetensors(list, labels));
      }),
    );
  });

  it("begin their values at a multiple of eight and each tensor at one of its width", () => {
    fc.assert(
      fc.property(tensors, metadata, (list, labels) => {
        const bytes = encodeSafetensors(list, labels);
        const view = new DataView(bytes.buffer);
        const start = 8 + view.getUint32(0, true);
        expect(start % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, start)));
        for (const { name, data } of list) {
          expect((start + header[name].data_offsets[0]) % data.BYTES_PER_ELEMENT).toBe(0);
        }
      }),
    );
  });
});

describe("what cannot be written", () => {
  const data = Uint8Array.of(1, 2);

  it.each<[string, Tensor[], RegExp]>([
    ["a shape of another size", [{ name: "w", shape: [3], data }], /"w" of shape \[3\] holds 2 values/],
    ["the reserved name", [{ name: "__metadata__", shape: [2], data }], /__metadata__/],
    ["a name twice", [1, 2].map(() => ({ name: "w", shape: [2], data })), /"w"/],
    [
      "values of another dtype",
      [{ name: "w", shape: [1], data: Float64Array.of(1) as unknown as Float32Array }],
      /"w": \[object Float64Array\] is not U8, I32 or F32/,
    ],
  ])("is refused: %s", (_, list, message) => {
    expect(() => encodeSafetensors(list)).toThrow(expect.objectContaining({ name: "ObjectInvalid" }));
    expect(() => encodeSafetensors(list)).toThrow(message);
  });
});
