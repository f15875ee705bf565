import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIdxPair } from "../../../shared/dataset/idx.ts";

/** Two images of 2 x 3 pixels and their labels, byte by byte as the format's page has them. */
const images: Uint8Array = Uint8Array.of(
  ...[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3],
  ...[1, 2, 3, 4, 5, 6],
  ...[7, 8, 9, 10, 11, 255],
);
const labels: Uint8Array = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 9, 4);

const decode = (imageBytes = images, labelBytes = labels) =>
  decodeIdxPair({ label: "the images", bytes: imageBytes }, { label: "the labels", bytes: labelBytes });

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value;
  return copy;
}

describe("an IDX pair", () => {
  it("is read as rows of pixels and classes", () => {
    expect(decode()).toEqual({
      imageShape: [2, 3],
      examples: {
        x: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255),
        y: Int32Array.of(9, 4),
        count: 2,
        features: 6,
      },
    });
  });

  it.each<[string, Uint8Array, Uint8Array, RegExp]>([
    [
      "labels for images",
      labels,
      labels,
      /the images is not .* images.* 0x00000803 or the like, found 0x00000801 \(labels\)/,
    ],
    [
      "images for labels",
      images,
      images,
      /the labels is not .* labels.* 0x00000801 or the like, found 0x00000803 \(images\)/,
    ],
    ["an unknown type", changed(images, 2, 0x0a), labels, /the images .* found 0x00000a03/],
    ["labels that are floats", images, changed(labels, 2, 0x0d), /the labels .* found 0x00000d01/],
    [
      "floats that are too few",
      changed(images, 2, 0x0d),
      labels,
      /the images is truncated: 2 x 2 x 3 values of 4 bytes make 64 bytes, .* 28/,
    ],
    [
      "floats that are not finite",
      Uint8Array.of(0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0x3f, 0x80, 0, 0, 0x7f, 0x80, 0, 0),
      labels,
      /the images holds values that are not finite/,
    ],
    ["gzip", changed(changed(images, 0, 0x1f), 1, 0x8b), labels, /the images .* \(still gzipped\)/],
    ["nothing", new Uint8Array(), labels, /the images .* found 0 bytes/],
    [
      "a cut header",
      images.slice(0, 12),
      labels,
      /the images is truncated: its header takes 16 bytes, .* 12/,
    ],
    [
      "cut values",
      images.slice(0, -1),
      labels,
      /the images is truncated: 2 x 2 x 3 values make 28 bytes, .* 27/,
    ],
    ["cut labels", images, labels.slice(0, -1), /the labels is truncated: 2 values make 10 bytes, .* 9/],
    ["trailing bytes", images, Uint8Array.of(...labels, 0), /the labels is too long: .* 10 bytes, .* 11/],
    [
      "another count",
      images,
      Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 9, 4, 1),
      /the images holds 2 images, but the labels 3 labels/,
    ],
    [
      "no images",
      changed(images.slice(0, 16), 7, 0),
      changed(labels.slice(0, 8), 7, 0),
      /the images holds no images/,
    ],
    ["sizes that overflow", images.slice().fill(0xff, 4, 16), labels, /the images is truncated/],
  ])("is refused for %s", (_, imageBytes, labelBytes, message) => {
    expect(() => decode(imageBytes, labelBytes)).toThrow(message);
    expect(() => decode(imageBytes, labelBytes)).toThrow(expect.objectContaining({ name: "DatasetInvalid" }));
  });

  it("may hold vectors, or images with a depth, whose shape is then no image's", () => {
    const vectors = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...images.subarray(16, 22));
    expect(decode(vectors)).toMatchObject({ imageShape: undefined, examples: { count: 2, features: 3 } });
    const deep = Uint8Array.of(
      ...[0, 0, 8, 4, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 3],
      ...images.subarray(16, 22),
    );
    expect(decode(deep)).toMatchObject({ imageShape: undefined, examples: { count: 2, features: 3 } });
  });

  it.each<[string, number, number[], number[]]>([
    ["signed bytes", 0x09, [0x80, 0x7f], [-128, 127]],
    ["shorts", 0x0b, [0x80, 0, 0x01, 0x02], [-32768, 258]],
    ["integers", 0x0c, [0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0], [-1, 65536]],
    ["floats", 0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0], [1, -2.5]],
    ["doubles", 0x0e, [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], [1, -2.5]],
  ])("may hold %s, most significant byte first", (_, type, bytes, values) => {
    const file = Uint8Array.of(0, 0, type, 2, 0, 0, 0, 2, 0, 0, 0, 1, ...bytes);
    expect(decode(file).examples.x).toEqual(Float32Array.from(values));
  });

  it("may have labels that are wider integers", () => {
    const wide = Uint8Array.of(0, 0, 0x0c, 1, 0, 0, 0, 2, 0, 0, 1, 0, 0xff, 0xff, 0xff, 0xff);
    expect(decode(images, wide).examples.y).toEqual(Int32Array.of(256, -1));
  });

  it("cut at any byte, or of any bytes, is refused as DatasetInvalid and nothing else", () => {
    for (let length = 0; length < images.length; length++) {
      expect(() => decode(images.slice(0, length))).toThrow(
        expect.objectContaining({ name: "DatasetInvalid" }),
      );
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(() => decode(bytes)).toThrow(expect.objectContaining({ name: "DatasetInvalid" }));
      }),
    );
  });
});
