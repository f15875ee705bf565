import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../../shared/tensors/safetensors.ts";

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

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

const float32 = fc.float({ noNaN: false });
const shapes = fc.array(fc.nat({ max: 4 }), { maxLength: 3 });
const tensors: fc.Arbitrary<Tensor[]> = fc.uniqueArray(
  fc
    .tuple(fc.string({ unit: "binary" }), shapes, fc.constantFrom("U8", "I32", "F32"))
    .chain(([name, shape, dtype]): fc.Arbitrary<Tensor> => {
      const length = shape.reduce((product, n) => product * n, 1);
      const size = { minLength: length, maxLength: length };
      if (dtype === "U8") return fc.uint8Array(size).map((data) => ({ name, shape, data }));
      if (dtype === "I32") return fc.int32Array(size).map((data) => ({ name, shape, data }));
      return fc.array(float32, size).map((values) => ({ name, shape, data: Float32Array.from(values) }));
    }),
  { selector: ({ name }) => name, maxLength: 5 },
);
const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 });

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

describe("a round trip", () => {
  it("keeps names, shapes, values (NaN and -0 included) and metadata", () => {
    fc.assert(
      fc.property(tensors, metadata, (list, labels) => {
        const decoded = decodeSafetensors(encodeSafetensors(list, labels));
        expect([...decoded.tensors.values()].sort(byName)).toEqual(list.toSorted(byName));
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(labels).sort());
      }),
    );
  });

  it("holds at any place in a larger buffer, copying only what is not aligned", () => {
    const bytes = encodeSafetensors([{ name: "w", shape: [2], data: Float32Array.of(1.5, -3) }]);
    for (let shift = 0; shift < 8; shift++) {
      const arena = new Uint8Array(bytes.length + 8);
      arena.set(bytes, shift);
      const data = decodeSafetensors(arena.subarray(shift, shift + bytes.length)).tensors.get("w")?.data;
      expect(data).toEqual(Float32Array.of(1.5, -3));
      expect(data?.buffer === arena.buffer).toBe(shift % 4 === 0);
    }
  });

  it("keeps a tensor and a label named __proto__", () => {
    const data = Uint8Array.of(1);
    const labels = Object.fromEntries([["__proto__", "label"]]);
    const decoded = decodeSafetensors(encodeSafetensors([{ name: "__proto__", shape: [1], data }], labels));
    expect(decoded.tensors.get("__proto__")?.data).toEqual(data);
    expect(Object.entries(decoded.metadata)).toEqual([["__proto__", "label"]]);
  });
});

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

  const entry = (dtype: string, shape: string, offsets: string) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

  it.each([
    ["a hole", `{"a":${entry("U8", "[1]", "[0,1]")},"b":${entry("U8", "[1]", "[2,3]")}}`, /"b".*a hole/],
    ["an overlap", `{"a":${entry("U8", "[2]", "[0,2]")},"b":${entry("U8", "[2]", "[1,3]")}}`, /"b".*overlap/],
    [
      "two tensors at one place",
      `{"a":${entry("U8", "[3]", "[0,3]")},"b":${entry("U8", "[3]", "[0,3]")}}`,
      /overlap/,
    ],
    ["a data range before the data", `{"a":${entry("U8", "[3]", "[1,3]")}}`, /a hole/],
    ["a shape of another size", `{"a":${entry("F32", "[3]", "[0,3]")}}`, /takes 12 bytes, but has 3/],
    ["offsets in reverse", `{"a":${entry("U8", "[0]", "[0,0]")},"b":${entry("U8", "[1]", "[3,0]")}}`, /"b"/],
    ["a product past the safe integers", `{"a":${entry("U8", "[4294967296,4294967296]", "[0,3]")}}`, /takes/],
    [
      "a product of infinity and nothing",
      `{"a":${entry("U8", `[${new Array(25).fill(9e15)},0]`, "[0,3]")}}`,
      /takes NaN/,
    ],
    ["a tensor past the end", `{"a":${entry("U8", "[4]", "[0,4]")}}`, /truncated/],
    ["a dtype of another kind", `{"a":${entry("F16", "[1]", "[0,2]")}}`, /"a".*dtype.*"U8"\|"I32"\|"F32"/],
    ["a negative length", `{"a":${entry("U8", "[-3]", "[0,3]")}}`, /shape\.0/],
    ["a fractional length", `{"a":${entry("U8", "[1.5]", "[0,3]")}}`, /shape\.0/],
    ["a huge length", `{"a":${entry("U8", "[1e300]", "[0,3]")}}`, /shape\.0/],
    ["three offsets", `{"a":${entry("U8", "[3]", "[0,3,3]")}}`, /data_offsets/],
    ["an unknown field", '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3],"order":"F"}}', /order/],
    [
      "a name twice",
      `{"a":${entry("U8", "[3]", "[0,3]")},"\\u0061":${entry("U8", "[3]", "[0,3]")}}`,
      /repeats "a"/,
    ],
    [
      "a field twice",
      '{"a":{"dtype":"U8","dtype":"U8","shape":[3],"data_offsets":[0,3]}}',
      /repeats "dtype"/,
    ],
    [
      "a label that is not a string",
      `{"__metadata__":{"n":1},"a":${entry("U8", "[3]", "[0,3]")}}`,
      /"n".*string/,
    ],
    [
      "metadata that is no object",
      `{"__metadata__":["n"],"a":${entry("U8", "[3]", "[0,3]")}}`,
      /__metadata__/,
    ],
    ["a list for a header", "[]", /not a JSON object/],
    ["a header that is not JSON", "{'a': 1}", /not JSON/],
    ["no tensors for the data", "{}", /3 bytes follow/],
  ])("are refused for %s", (_, header, message) => {
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

function byName(a: Tensor, b: Tensor): number {
  return a.name < b.name ? -1 : 1;
}
