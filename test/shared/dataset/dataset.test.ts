import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  type Dataset,
  type DatasetContent,
  datasetDigest,
  decodeDataset,
  encodeDataset,
} from "../../../shared/dataset/dataset.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../../shared/tensors/safetensors.ts";

const dataset: Dataset = {
  name: "strokes",
  source: "directory",
  classes: 3,
  imageShape: [1, 2],
  examples: {
    x: Uint8Array.of(0, 255, 3, 4, 5, 6),
    y: Int32Array.of(2, 0, 1),
    count: 3,
    features: 2,
  },
};
const { source: _, ...content } = dataset;

describe("an encoded data set", () => {
  it("holds x, y and what they are, for any reader of safetensors", () => {
    const { tensors, metadata } = decodeSafetensors(encodeDataset(dataset));
    expect(tensors.get("x")).toEqual({ name: "x", shape: [3, 2], data: dataset.examples.x });
    expect(tensors.get("y")).toEqual({ name: "y", shape: [3], data: dataset.examples.y });
    expect(metadata).toEqual({ name: "strokes", classes: "3", examples: "3", rows: "1", columns: "2" });
  });

  it("is read back, but for where it came from", () => {
    expect(decodeDataset(encodeDataset(dataset))).toEqual(content);
  });

  it("may hold floats that are no images", () => {
    const { imageShape: _, ...table } = content;
    const floats = { ...table, examples: { ...table.examples, x: Float32Array.of(0.5, -1, 2, 3, 4, 5) } };
    expect(decodeDataset(encodeDataset(floats))).toEqual(floats);
  });

  it("may name classes and features in any script, and say whose the examples are", () => {
    const named: DatasetContent = {
      ...content,
      classNames: ["süß", 'say "sour"', "🍋"],
      featureNames: ["pH", "°Bx"],
      owners: [
        { name: "north", examples: 2 },
        { name: "south", examples: 1 },
      ],
    };
    expect(decodeDataset(encodeDataset(named))).toEqual(named);
  });

  it("has the SHA-256 of its bytes as digest, which its source does not enter", async () => {
    const bytes = encodeDataset(dataset);
    const digest = await datasetDigest(bytes);
    expect(digest).toBe(createHash("sha256").update(bytes).digest("hex"));
    const downloaded: Dataset = { ...dataset, source: "download" };
    expect(await datasetDigest(encodeDataset(downloaded))).toBe(digest);
    const renamed: Dataset = { ...dataset, name: "other" };
    expect(await datasetDigest(encodeDataset(renamed))).not.toBe(digest);
    const y = Int32Array.of(2, 0, 0);
    const relabelled = { ...dataset, examples: { ...dataset.examples, y } };
    expect(await datasetDigest(encodeDataset(relabelled))).not.toBe(digest);
  });
});

describe("what is not a data set", () => {
  const x: Tensor = { name: "x", shape: [2, 2], data: Uint8Array.of(1, 2, 3, 4) };
  const y: Tensor = { name: "y", shape: [2], data: Int32Array.of(0, 1) };
  const metadata = { name: "n", classes: "2", examples: "2" };

  it("is told from what is", () => {
    expect(decodeDataset(encodeSafetensors([x, y], metadata)).examples.count).toBe(2);
  });

  it.each<[string, Tensor[], Record<string, string>, RegExp]>([
    ["no labels", [x], metadata, /tensors x and y/],
    ["a third tensor", [x, y, { ...y, name: "z" }], metadata, /tensors x and y/],
    ["no classes", [x, y], { name: "n", examples: "2" }, /classes/],
    ["classes that are no number", [x, y], { ...metadata, classes: "two" }, /classes/],
    ["another count", [x, y], { ...metadata, examples: "3" }, /3 examples/],
    ["labels of another count", [x, { ...y, shape: [1], data: Int32Array.of(0) }], metadata, /y \[1\]/],
    ["labels that are bytes", [x, { ...y, data: Uint8Array.of(0, 1) }], metadata, /y is I32/],
    ["integers for features", [{ ...x, data: Int32Array.of(1, 2, 3, 4) }, y], metadata, /x is U8 or F32/],
    ["a label past the classes", [x, { ...y, data: Int32Array.of(0, 2) }], metadata, /label 2 of example 1/],
    ["a negative label", [x, { ...y, data: Int32Array.of(-1, 0) }], metadata, /label -1 of example 0/],
    ["images of another size", [x, y], { ...metadata, rows: "2", columns: "2" }, /2 x 2/],
    ["a name too few", [x, y], { ...metadata, classNames: '["a"]' }, /1 names for 2 classes/],
    ["a feature too many", [x, y], { ...metadata, featureNames: '["a","b","c"]' }, /3 names for 2 features/],
    ["names that are not JSON", [x, y], { ...metadata, classNames: "a,b" }, /is not JSON/],
    ["owners of more", [x, y], { ...metadata, owners: '[{"name":"a","examples":3}]' }, /have 3 of 2/],
  ])("is refused: %s", (_, tensors, labels, message) => {
    const bytes = encodeSafetensors(tensors, labels);
    expect(() => decodeDataset(bytes)).toThrow(message);
    expect(() => decodeDataset(bytes)).toThrow(expect.objectContaining({ name: "ObjectInvalid" }));
  });
});
