import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { encode as encodeJpeg } from "jpeg-js";
import { describe, expect, it } from "vitest";
import { readExamples } from "../../../cli/predict/read-examples.ts";
import { encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import type { DatasetRecord } from "../../../shared/workflow/run-record.ts";
import { tiny } from "../../mnist/tiny-idx.ts";
import { folderOf } from "../dataset/formats/opening.ts";
import { temporaryFolder } from "../terminal.ts";

const record = { name: "iris", source: "t", digest: "0".repeat(64), examples: 9, classes: 2 };
const iris: DatasetRecord = {
  ...record,
  ...{
    features: 2,
    element: "float32",
    featureNames: ["length", "width"],
    classNames: ["setosa", "virginica"],
  },
  readWith: ["--data", "iris.csv", "--label", "species"],
};
const strokes: DatasetRecord = { ...record, features: 6, element: "uint8", imageShape: [2, 3], classes: 10 };

const read = (file: string, dataset: DatasetRecord) =>
  readExamples(file, dataset, { asIs: true, label: undefined });
const written = (name: string, bytes: Uint8Array) => {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, bytes);
  return file;
};

describe("rows to predict from come in the formats of data", () => {
  const width = { name: "width", data: [1, 2], type: "DOUBLE" } as const;
  const length = { name: "length", data: [3, 4], type: "DOUBLE" } as const;
  const parquet = (...columnData: Parameters<typeof parquetWriteBuffer>[0]["columnData"]) =>
    new Uint8Array(parquetWriteBuffer({ columnData }));

  it("Parquet, by the names that the model knows, with labels or without", async () => {
    const [wide, long] = [
      { ...width, data: [...width.data] },
      { ...length, data: [...length.data] },
    ];
    const alone = await read(written("new.parquet", parquet(wide, long)), iris);
    expect(alone.map(({ values, label }) => [[...values], label])).toEqual([
      [[3, 1], undefined],
      [[4, 2], undefined],
    ]);
    const species = { name: "species", data: ["virginica", "setosa"], type: "STRING" as const };
    const labelled = await read(written("new.parquet", parquet(wide, species, long)), iris);
    expect(labelled.map(({ values, label }) => [[...values], label])).toEqual([
      [[3, 1], 1],
      [[4, 2], 0],
    ]);
    await expect(read(written("new.parquet", parquet(wide)), iris)).rejects.toMatchObject({
      name: "ExampleInvalid",
      message: expect.stringMatching(/lacks columns of iris: "length"/),
    });
  });

  it("safetensors and folders of IDX files", async () => {
    const tensors = encodeSafetensors([
      { name: "x", shape: [1, 6], data: Uint8Array.of(1, 2, 3, 4, 5, 6) },
      { name: "y", shape: [1], data: Int32Array.of(7) },
    ]);
    const [example] = await read(written("new.safetensors", tensors), strokes);
    expect(example).toMatchObject({ values: Uint8Array.of(1, 2, 3, 4, 5, 6), label: 7 });
    expect(await read(folderOf(tiny), strokes)).toHaveLength(60);
    await expect(read(folderOf(tiny), iris)).rejects.toThrow(/has 6 features, and iris 2/);
  });

  it("and pictures as JPEG", async () => {
    const { data } = encodeJpeg({ width: 3, height: 2, data: Buffer.alloc(24, 100) }, 95);
    const [example] = await read(written("new.jpg", data), strokes);
    expect(Array.from(example?.values ?? [], (value) => Math.abs(value - 100) <= 3)).toEqual(
      Array(6).fill(true),
    );
  });
});
