import fc from "fast-check";
import { encode } from "fast-png";
import { beforeAll, describe, expect, test } from "vitest";
import { pictureExample } from "../../../cli/predict/picture-example.ts";
import { readPicture } from "../../../cli/predict/read-picture.ts";
import { openEmbeddedSample } from "../../../mnist/embedded-sample.ts";
import type { DatasetRecord } from "../../../shared/workflow/run-record.ts";

const mnist: DatasetRecord = {
  name: "mnist",
  source: "test",
  digest: "0".repeat(64),
  examples: 10,
  features: 784,
  classes: 10,
  element: "uint8",
  imageShape: [28, 28],
};

const digitOf = (png: Uint8Array, dataset = mnist, asIs = false) =>
  pictureExample("digit.png", png, dataset, asIs).values;

let digits: Uint8Array[];
beforeAll(async () => {
  const { examples } = await openEmbeddedSample();
  // ten of each digit, spread over its thousand
  digits = Array.from({ length: 100 }, (_, i) =>
    Uint8Array.from(examples.x.subarray(i * 100 * 784, (i * 100 + 1) * 784)),
  );
});

/** A digit enlarged, with a margin, every pixel mapped to the channels of a colour. */
function drawn(
  digit: Uint8Array,
  scale: number,
  margin: number,
  paint: (ink: number) => number[],
): Uint8Array {
  const side = 28 * scale + 2 * margin;
  const pixels = Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side].map((at) => Math.floor((at - margin) / scale)) as [
      number,
      number,
    ];
    const inside = y >= 0 && y < 28 && x >= 0 && x < 28;
    return paint(inside ? (digit[y * 28 + x] as number) : 0);
  });
  const channels = pixels[0]?.length ?? 0;
  return encode({ width: side, height: side, channels, data: Uint8Array.from(pixels.flat()) });
}

/** Mean difference of two images' pixels, of 255. */
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - (b[i] as number))).reduce((sum, d) => sum + d, 0) / a.length;

describe("a picture of a digit", () => {
  test("of MNIST itself stays what it is, bit for bit", () => {
    for (const digit of digits) expect(digitOf(drawn(digit, 1, 0, (ink) => [ink]))).toEqual(digit);
  });

  test("is the same dark on light", () => {
    for (const digit of digits) expect(digitOf(drawn(digit, 1, 0, (ink) => [255 - ink]))).toEqual(digit);
  });

  test.each<[string, (ink: number) => number[]]>([
    ["in colour", (ink) => [255 - ink, 255 - ink, 255 - ink]],
    ["on a transparent ground", (ink) => [0, 0, 0, ink]],
    ["grey with transparency", (ink) => [0, ink]],
    ["white on transparent black", (ink) => [ink, ink, ink, 255]],
  ])("%s is the same too", (_what, paint) => {
    for (const digit of digits) {
      const found = digitOf(drawn(digit, 1, 0, paint));
      // weighing the colours rounds
      expect(
        Math.max(...found.map((value, i) => Math.abs(value - (digit[i] as number)))),
      ).toBeLessThanOrEqual(1);
    }
  });

  test("drawn large, off the middle and in pencil, comes close to what MNIST has", () => {
    for (const digit of digits) {
      const large = drawn(digit, 9, 31, (ink) => [230 - Math.round(0.4 * ink)]);
      expect(difference(digitOf(large), digit)).toBeLessThan(12);
    }
  });

  test("on paper that is not quite white has no ink beside the digit", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: 0, max: 12 })), fc.nat(99), (grain, which) => {
        const digit = digits[which] as Uint8Array;
        const noisy = drawn(digit, 4, 20, (ink) => [Math.max(0, 240 - (grain.next().value ?? 0) - ink)]);
        const found = digitOf(noisy);
        expect(found.slice(0, 28).every((value) => value === 0)).toBe(true);
        expect(difference(found, digit)).toBeLessThan(12);
      }),
      { numRuns: 20, seed: 3 },
    );
  });
});

describe("a picture is refused", () => {
  const blank = encode({ width: 30, height: 30, channels: 1, data: new Uint8Array(900).fill(255) });
  const refusal = (png: Uint8Array, dataset = mnist, asIs = false) => {
    try {
      digitOf(png, dataset, asIs);
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : "";
    }
    return "taken";
  };

  test.each<[string, () => Uint8Array, Partial<DatasetRecord>, RegExp]>([
    ["when it is blank", () => blank, {}, /digit\.png is blank/],
    ["when it is no PNG", () => new TextEncoder().encode("not a picture"), {}, /digit\.png is not a PNG/],
    ["when it is cut off", () => blank.subarray(0, 60), {}, /digit\.png is not a PNG/],
    [
      "where the model takes a table",
      () => blank,
      { imageShape: undefined, features: 4 },
      /rows of 4 features.*CSV/,
    ],
    [
      "where it has another size",
      () => blank,
      { imageShape: [8, 8], features: 64 },
      /30 x 30 pixels, and .* 8 x 8/,
    ],
    ["where the images are floats", () => blank, { element: "float32" }, /floats.*CSV/],
  ])("%s", (_what, png, changes, message) => {
    const { imageShape, ...rest } = { ...mnist, ...changes };
    expect(refusal(png(), { ...rest, ...(imageShape && { imageShape }) })).toMatch(message);
  });

  test("as it is, when it is not of MNIST's size", () => {
    expect(refusal(blank, mnist, true)).toMatch(/^ExampleInvalid: .*30 x 30/);
  });
});

test("as it is, a picture goes in without a change", () => {
  const values = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
  expect(digitOf(encode({ width: 28, height: 28, channels: 1, data: values }), mnist, true)).toEqual(values);
});

test("palettes, sixteen bits and transparency become grey", () => {
  const light = (png: Uint8Array) => [...readPicture("x.png", png).light].map(Math.round);
  const deep = { width: 2, height: 1, channels: 1, depth: 16 as const, data: Uint16Array.of(0, 65_535) };
  expect(light(encode(deep))).toEqual([0, 255]);
  const palette = [
    [255, 0, 0],
    [0, 0, 0],
  ];
  const indexed = { width: 2, height: 1, channels: 1, depth: 8 as const, palette, data: Uint8Array.of(0, 1) };
  expect(light(encode(indexed))).toEqual([76, 0]);
  const half = { width: 1, height: 1, channels: 2, data: Uint8Array.of(0, 51) };
  expect(light(encode(half))).toEqual([204]);
});
