import { describe, expect, test } from "vitest";
import { readCsvTable } from "../../cli/dataset/csv-table.ts";
import { poolTables } from "../../cli/dataset/pool-tables.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";

const schema: TableSchema = {
  format: 1,
  columns: [
    { name: "age", type: "number", range: [0, 120], role: "feature" },
    { name: "patient", type: "text", role: "id" },
    { name: "crp", type: "number", role: "feature" },
  ],
  label: { name: "outcome", task: "classification", classes: ["0", "1"] },
};

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (bytes: Uint8Array) => readBySchema({ label: "p.csv", bytes }, schema);
const refusal = (bytes: Uint8Array) =>
  read(bytes).then(
    () => "",
    (error: Error) => error.message,
  );

describe("a table that fits", () => {
  const values = [
    ["41", "0.1", "1"],
    ["7e1", "-3.25", "0.0"],
    [".5", "1e-40", "1.0"],
    ["120", "16777217", "0"],
  ] as const;

  test("gives the same bits as the data set of a simulated run", async () => {
    const simulated = utf8(`age,crp,outcome\n${values.map((row) => row.join()).join("\n")}\n`);
    const table = await readCsvTable({ label: "p.csv", bytes: simulated }, "outcome");
    const pooling = { name: "p", source: "file", place: "p.csv", classes: ["0", "1"] };
    const { examples } = poolTables([table], pooling).dataset;
    const own = `outcome,note,patient,crp,age\n${values.map(([age, crp, outcome]) => `${outcome},"a, b",x y,${crp},${age}`).join("\n")}\n`;
    expect(await read(utf8(own))).toEqual(examples);
    expect([...examples.y]).toEqual([1, 0, 1, 0]);
  });

  test.each([
    ["with a byte-order mark", "\ufeffage,crp,outcome\n1,2,0\n"],
    ["with CRLF", "age,crp,outcome\r\n1,2,0\r\n"],
    ["without a last line end, and with empty lines", "age,crp,outcome\n\n1,2,0"],
    ["without the columns that nobody reads", "outcome,crp,age\n0,2,1\n"],
  ])("is read %s", async (_, text) => {
    expect(await read(utf8(text))).toEqual({
      x: Float32Array.of(1, 2),
      y: Int32Array.of(0),
      count: 1,
      features: 2,
    });
  });
});

describe("a table that does not fit", () => {
  test("is refused with all that is wrong, each by line and column with the change that mends it", async () => {
    const text = "age,crp,outcome\n200,1,0\nx,2,0\n3,,0\n4,inf,2\n5,6\n7,8,\n9,1,1\n";
    const told = await refusal(utf8(text));
    expect(told.split("\n")).toEqual([
      "p.csv does not fit the schema, 7 problems:",
      expect.stringMatching(/^line 2, column "age": is 200, and the schema takes 0 to 120: mend it/),
      expect.stringMatching(/^line 3, column "age": is "x", which is no number/),
      expect.stringMatching(/^line 4, column "crp": is a gap/),
      expect.stringMatching(/^line 5, column "crp": is "inf", which is not finite/),
      expect.stringMatching(/^line 5, column "outcome": is "2", and the classes are "0", "1"/),
      expect.stringMatching(/^line 6 has 2 fields, and the header 3/),
      expect.stringMatching(/^line 7, column "outcome": is a gap: every row needs a label/),
    ]);
  });

  test("is told of 20 problems, and of how many more there are", async () => {
    const rows = Array.from({ length: 300 }, () => "?,1,0").join("\n");
    const told = (await refusal(utf8(`age,crp,outcome\n${rows}\n`))).split("\n");
    expect(told).toHaveLength(22);
    expect(told[0]).toContain("300 problems");
    expect(told.at(-1)).toBe("and 280 more");
  });

  test("is told of every column that is missing, and of the cells of those that are there", async () => {
    const told = await refusal(utf8("years,crp\n1,?\n"));
    expect(told).toContain("3 problems");
    expect(told).toMatch(/line 1: there is no column "age".*there are "years"/);
    expect(told).toMatch(/line 1: there is no column "outcome"/);
    expect(told).toMatch(/line 2, column "crp"/);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(), /holds no rows/],
    ["a header alone", utf8("age,crp,outcome\n"), /holds no rows/],
    ["a column twice", utf8("age,age,crp,outcome\n1,1,1,0\n"), /same name, "age"/],
    ["columns that look alike", utf8("age,crp,outcome,a\u200bge\n1,1,1,0\n"), /look alike/],
    [
      "an open quote, behind another problem",
      utf8('age,crp,outcome\n?,2,0\n"1,2,0\n'),
      /line 2.*\n.*not CSV/,
    ],
  ])("is refused where it is %s", async (_, bytes, message) => {
    expect(await refusal(bytes)).toMatch(message);
  });

  test("of a range, the value that the file has counts and not what float32 makes of it", async () => {
    const tight: TableSchema = {
      ...schema,
      columns: [{ name: "crp", type: "number", range: [0, 0.1], role: "feature" }],
    };
    const bytes = utf8("crp,outcome\n0.1,0\n0,1\n");
    expect(await readBySchema({ label: "p.csv", bytes }, tight)).toMatchObject({ count: 2 });
    const above = utf8("crp,outcome\n0.1000000001,0\n-1e-9,1\n");
    await expect(readBySchema({ label: "p.csv", bytes: above }, tight)).rejects.toThrow("2 problems");
  });
});
