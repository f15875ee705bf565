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
      rows: 2,
      columns: 3,
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
      /the images is not .* images.* 0x00000803, found 0x00000801 \(labels\)/,
    ],
    [
      "images for labels",
      images,
      images,
      /the labels is not .* labels.* 0x00000801, found 0x00000803 \(images\)/,
    ],
    ["floats", changed(images, 2, 0x0d), labels, /the images .* found 0x00000d03/],
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
