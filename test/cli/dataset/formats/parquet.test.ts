import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { opened, ownersOpened, refusal } from "./opening.ts";

type Columns = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

const parquet = (columnData: Columns, rowGroupSize?: number) =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...(rowGroupSize !== undefined && { rowGroupSize }) }));

const table = (): Columns => [
  { name: "age", data: [34, 61, 45, 70], type: "INT32" },
  { name: "outcome", data: ["well", "ill", "well", "ill"], type: "STRING" },
  { name: "crp", data: [0.5, 1.25, -2, 1e6], type: "DOUBLE" },
  { name: "count", data: [1n, 2n, 3n, 4n], type: "INT64" },
  { name: "smokes", data: [true, false, false, true], type: "BOOLEAN" },
];

describe("a Parquet file", () => {
  it.each([undefined, 3])("is read by columns, in groups of rows or not (%s)", async (rowGroupSize) => {
    const set = await opened(
      { "t.parquet": parquet(table(), rowGroupSize) },
      { label: "outcome" },
      "t.parquet",
    );
    expect(set).toMatchObject({
      name: "t",
      classNames: ["ill", "well"],
      featureNames: ["age", "crp", "count", "smokes"],
    });
    expect([...set.examples.x]).toEqual([34, 0.5, 1, 1, 61, 1.25, 2, 0, 45, -2, 3, 0, 70, 1e6, 4, 1]);
    expect([...set.examples.y]).toEqual([1, 0, 1, 0]);
  });

  it("is refused by row and column", async () => {
    const open = (columns: Columns, label: string | undefined = "outcome") =>
      refusal(opened({ "t.parquet": parquet(columns) }, { label }, "t.parquet"));
    const gap: Columns = [
      ...table().slice(1),
      { name: "age", data: [1, 2, null, 4], type: "DOUBLE", nullable: true },
    ];
    expect(await open(gap)).toMatch(/t\.parquet: row 3, column "age" is empty/);
    const text: Columns = [...table(), { name: "ward", data: ["a", "b", "c", "d"], type: "STRING" }];
    expect(await open(text)).toMatch(/row 1, column "ward" is "a", which is not a number/);
    const large: Columns = [...table(), { name: "big", data: [1, 1e39, 1, 1], type: "DOUBLE" }];
    expect(await open(large)).toMatch(/row 2, column "big" is 1e\+39, which is beyond the range of float32/);
    const date: Columns = [
      ...table(),
      { name: "seen", data: [0, 1, 2, 3].map((ms) => new Date(ms)), type: "TIMESTAMP" },
    ];
    expect(await open(date)).toMatch(/column "seen" is the date 1970-01-01/);
    expect(await open(table(), "result")).toMatch(
      /^--label: .* has no column "result"; the columns are "age"/,
    );
    const bytes = parquet(table());
    for (const broken of [bytes.subarray(0, 100), bytes.subarray(50), new Uint8Array(0)]) {
      expect(await refusal(opened({ "t.parquet": broken }, { label: "outcome" }, "t.parquet"))).toMatch(
        /t\.parquet is no Parquet file that can be read/,
      );
    }
  });

  it("is an owner's beside CSV files, in any order of columns", async () => {
    const { dataset } = await ownersOpened(
      {
        "a.parquet": parquet(table()),
        "b.csv": "crp,outcome,age,smokes,count\n2,ill,40,1,7\n3,well,41,0,8\n",
      },
      { label: "outcome" },
    );
    expect([...dataset.examples.x.subarray(16)]).toEqual([40, 2, 7, 1, 41, 3, 8, 0]);
  });
});
