import { describe, expect, test } from "vitest";
import { tableExamples } from "../../../cli/predict/table-examples.ts";
import type { DatasetRecord } from "../../../shared/workflow/run-record.ts";

const iris: DatasetRecord = {
  name: "iris",
  source: "test",
  digest: "0".repeat(64),
  examples: 150,
  features: 2,
  classes: 3,
  element: "float32",
  classNames: ["setosa", "versicolor", "virginica"],
  featureNames: ["length", "width"],
};
const { featureNames: _, ...unnamed } = iris;
const { classNames: __, ...bytes } = { ...unnamed, element: "uint8" as const, name: "tiny images" };

async function read(text: string, dataset: DatasetRecord = iris, column?: string) {
  const named = { label: "new.csv", bytes: new TextEncoder().encode(text) };
  return (await tableExamples(named, dataset, { labelColumn: column })).map(({ source, values, label }) => ({
    source,
    values: [...values],
    ...(label !== undefined && { label }),
  }));
}

describe("the rows of a table", () => {
  test("go by the names of the columns, whatever their order", async () => {
    expect(await read("width,length\n0.5,1.5\n-2,1e2\n")).toEqual([
      { source: "new.csv:2", values: [1.5, 0.5] },
      { source: "new.csv:3", values: [100, -2] },
    ]);
  });

  test("have labels in the column that is no feature", async () => {
    expect(await read("species,length,width\nvirginica,1,2\n")).toEqual([
      { source: "new.csv:2", values: [1, 2], label: 2 },
    ]);
    expect((await read("species,length,width\nvirginica,1,2\n", iris, "species"))[0]?.label).toBe(2);
  });

  test("have labels in the column that the model learned them from, among others that are named to be left out", async () => {
    const trained = { ...iris, readWith: ["--data", "iris.csv", "--label", "species"] };
    const strange = "id,species,length,width\n1,virginica,1,2\n";
    await expect(read(strange, trained)).rejects.toThrow(
      /new\.csv has columns that iris has not: "id"; leave them out$/,
    );
    await expect(read(strange, iris, "species")).rejects.toThrow(/has not: "id"; leave them out$/);
    expect((await read("species,length,width\nsetosa,1,2\n", trained))[0]?.label).toBe(0);
  });

  test("have numbers to predict where these stand, and rows without any are asked about alone", async () => {
    const { classNames: _, ...costs } = { ...iris, name: "costs", classes: 1, target: "float32" as const };
    const rows = await read("cost,length,width\n0.1,1,2\n,3,4\nNA,5,6\n", costs);
    expect(rows.map(({ label }) => label)).toEqual([Math.fround(0.1), undefined, undefined]);
    await expect(read("cost,length,width\ndear,1,2\n", costs)).rejects.toThrow(
      /new\.csv:2: "dear", where the number to predict stands, is no number of float32/,
    );
  });

  test("without a class are asked about alone", async () => {
    const rows = await read("species,length,width\nsetosa,1,2\n,3,4\n", iris);
    expect(rows.map(({ label }) => label)).toEqual([0, undefined]);
  });

  test("without names are the features in order, and perhaps the labels behind them", async () => {
    expect((await read("1,2\n3,4\n", unnamed)).map(({ values }) => values)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await read("1,2,2\n", bytes)).toEqual([{ source: "new.csv:1", values: [1, 2], label: 2 }]);
  });

  test("of a data set without names may have a label column anywhere, which is named", async () => {
    expect(await read("y,a,b\n1.0,7,8\n", bytes, "y")).toEqual([
      { source: "new.csv:2", values: [7, 8], label: 1 },
    ]);
  });

  test("are float32, as the data set's", async () => {
    expect((await read("length,width\n0.1,0.2\n"))[0]?.values).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  });
});

describe("a table is refused", () => {
  test.each<[string, string, DatasetRecord, string | undefined, RegExp]>([
    ["that lacks a column", "length,species\n1,setosa\n", iris, undefined, /lacks columns of iris: "width"/],
    ["with two columns too many", "a,b,length,width\n1,2,3,4\n", iris, undefined, /"a", "b".*--label/],
    [
      "without the column of --label",
      "length,width\n1,2\n",
      iris,
      "kind",
      /--label: .*no column "kind".*"length"/,
    ],
    ["with --label and no names", "1,2,0\n", iris, "kind", /--label: .*no line of names/],
    ["with too few columns", "1\n", unnamed, undefined, /has 1 columns, and iris has 2 features/],
    [
      "with an unknown column too many",
      "y,a,b\n1,7,8\n",
      bytes,
      undefined,
      /one column more.*--label.*"y", "a", "b"/,
    ],
    ["with a label and too few features", "y,a\n1,7\n", bytes, "y", /1 columns beside "y".*2 features/],
    [
      "with a ragged row",
      "length,width\n1,2\n3\n",
      iris,
      undefined,
      /new\.csv:3 has 1 fields, and the first line 2/,
    ],
    ["with a word for a number", "length,width\n1,wide\n", iris, undefined, /new\.csv:2, column 2 is "wide"/],
    ["with an empty field", "length,width\n1,\n", iris, undefined, /new\.csv:2, column 2 is empty/],
    [
      "with a stranger for a label",
      "length,width,s\n1,2,rosa\n",
      iris,
      undefined,
      /label "rosa" is none of .*setosa/,
    ],
    ["with a byte out of range", "1,256\n", bytes, undefined, /new\.csv:1 has 256.*0 to 255/],
    ["with half a byte", "1,2.5\n", bytes, undefined, /has 2\.5/],
    ["that is empty", "", iris, undefined, /new\.csv is empty/],
    ["with names alone", "length,width\n", iris, undefined, /no rows/],
    ["that is no CSV", 'length,width\n"1,2\n', iris, undefined, /is not CSV/],
  ])("%s", async (_what, text, dataset, label, message) => {
    await expect(read(text, dataset, label)).rejects.toThrow(message);
  });
});
