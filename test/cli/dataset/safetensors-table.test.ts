import { describe, expect, it } from "vitest";
import { readSafetensorsTable } from "../../../cli/dataset/safetensors-table.ts";
import { encodeDataset } from "../../../shared/dataset/dataset.ts";
import { encodeSafetensors, type Tensor } from "../../../shared/tensors/safetensors.ts";

const x: Tensor = { name: "x", shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
const y: Tensor = { name: "y", shape: [3], data: Int32Array.of(7, -1, 7) };
const read = (tensors: Tensor[], metadata: Record<string, string> = {}) =>
  readSafetensorsTable({ label: "t.safetensors", bytes: encodeSafetensors(tensors, metadata) });

describe("a safetensors file", () => {
  it("is read as numbers and labels that are called by their numbers", () => {
    expect(read([x, y])).toEqual({
      label: "t.safetensors",
      labelColumn: "tensor y",
      featureNames: undefined,
      x: x.data,
      surveys: [
        { rows: 3, lowest: 1, highest: 5, unique: true, different: Float64Array.of(1, 3, 5) },
        { rows: 3, lowest: 2, highest: 6, unique: true, different: Float64Array.of(2, 4, 6) },
      ],
      count: 3,
      features: 2,
      rowLabels: Int32Array.of(0, 1, 0),
      labels: [
        { name: "7", firstAt: "y[0]" },
        { name: "-1", firstAt: "y[1]" },
      ],
    });
  });

  it("may declare its classes by number or by name, and name its features", () => {
    const zeroed = { ...y, data: Int32Array.of(2, 0, 2) };
    const names = ({ labels }: ReturnType<typeof read>) => labels.map(({ name }) => name);
    expect(names(read([x, zeroed], { classes: "4" }))).toEqual(["0", "1", "2", "3"]);
    const named = read([x, zeroed], { classNames: '["a","b","c"]', featureNames: '["u","v"]' });
    expect(named).toMatchObject({ featureNames: ["u", "v"], rowLabels: zeroed.data });
    expect(named.labels).toEqual([
      { name: "a", firstAt: "y[1]" },
      { name: "b", firstAt: undefined },
      { name: "c", firstAt: "y[0]" },
    ]);
  });

  it("may be a data set as fedstep stores it", () => {
    const bytes = encodeDataset({
      name: "d",
      classes: 2,
      imageShape: [1, 2],
      examples: { x: Uint8Array.of(1, 2, 3, 4), y: Int32Array.of(1, 1), count: 2, features: 2 },
    });
    const table = readSafetensorsTable({ label: "d", bytes });
    expect(table).toMatchObject({ imageShape: [1, 2], x: Uint8Array.of(1, 2, 3, 4), count: 2 });
    expect(table.labels.map(({ name }) => name)).toEqual(["0", "1"]);
  });

  it.each<[string, Tensor[], Record<string, string>, RegExp]>([
    ["no x", [y], {}, /must hold the tensors x .* and y .*; its tensors are "y"/],
    ["x of integers", [{ ...x, data: Int32Array.of(1, 2, 3, 4, 5, 6) }, y], {}, /tensors x of F32 or U8/],
    ["y of floats", [x, { ...y, data: Float32Array.of(1, 2, 3) }], {}, /y of I32/],
    ["x of three dimensions", [{ ...x, shape: [3, 2, 1] }, y], {}, /x is \[3, 2, 1\] and y \[3\]/],
    ["too few labels", [x, { ...y, shape: [2], data: Int32Array.of(1, 2) }], {}, /x is \[3, 2\] and y \[2\]/],
    [
      "no rows",
      [
        { ...x, shape: [0, 2], data: new Float32Array() },
        { ...y, shape: [0], data: new Int32Array() },
      ],
      {},
      /x is \[0, 2\]/,
    ],
    [
      "a value that is not finite",
      [{ ...x, data: Float32Array.of(1, 2, 3, Number.NaN, 5, 6) }, y],
      {},
      /x\[1, 1\] is NaN, which is not finite/,
    ],
    ["a label past its classes", [x, y], { classes: "7" }, /y\[0\] is 7, .* classes 0 \.\.\. 6/],
    ["class names that repeat", [x, y], { classNames: '["a","a"]' }, /classNames repeat/],
    ["a feature name too few", [x, y], { featureNames: '["a"]' }, /featureNames are 1 different names for 2/],
    ["names that are not JSON", [x, y], { featureNames: "a" }, /metadata: .*is not JSON/s],
  ])("is refused with its name for %s", (_, tensors, metadata, message) => {
    expect(() => read(tensors, metadata)).toThrow(message);
    expect(() => read(tensors, metadata)).toThrow(
      expect.objectContaining({ name: "DatasetInvalid", message: expect.stringMatching(/^t\.safetensors/) }),
    );
  });

  it.each([
    ["F32", "I64", 8, /y is I64: save y\.astype\(np\.int32\)$/],
    ["F32", "F64", 8, /y is F64: save y\.astype\(np\.int32\)$/],
    ["F64", "I32", 8, /x is F64: save x\.astype\(np\.float32\)$/],
    ["F16", "I32", 2, /x is F16: save x\.astype\(np\.float32\)$/],
    ["BF16", "I64", 2, /x is BF16: .*, and y is I64: /],
  ])("is refused for x of %s and y of %s, with what converts them", (ofX, ofY, wide, message) => {
    const sizes = [2 * (ofX === "F32" ? 4 : wide), 2 * (ofY === "I32" ? 4 : 8)] as const;
    const end = sizes[0] + sizes[1];
    const header = Buffer.from(
      JSON.stringify({
        x: { dtype: ofX, shape: [2, 1], data_offsets: [0, sizes[0]] },
        y: { dtype: ofY, shape: [2], data_offsets: [sizes[0], end] },
      }),
    );
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const bytes = Buffer.concat([length, header, Buffer.alloc(end)]);
    expect(() => readSafetensorsTable({ label: "t.safetensors", bytes })).toThrow(message);
    expect(() => readSafetensorsTable({ label: "t.safetensors", bytes })).not.toThrow(/Invalid option/);
  });

  it("is refused where it is none, or cut", () => {
    const bytes = encodeSafetensors([x, y]);
    for (const wrong of [Buffer.from("a,y\n1,2\n"), bytes.subarray(0, -1), new Uint8Array()]) {
      expect(() => readSafetensorsTable({ label: "t", bytes: wrong })).toThrow(
        expect.objectContaining({ name: "DatasetInvalid", message: expect.stringMatching(/^t: /) }),
      );
    }
  });
});
