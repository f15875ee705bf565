import { describe, expect, test } from "vitest";
import { type Choices, inferSchema } from "../../tables/infer-schema.ts";

const plain: Choices = { label: "outcome", ids: [], drop: [], features: [], tells: [] };
const infer = (text: string, choices: Partial<Choices> = {}) =>
  inferSchema({ label: "p.csv", bytes: new TextEncoder().encode(text) }, { ...plain, ...choices });

/** Thirty rows, of which each has another number and every third another outcome. */
const table = (outcome = (row: number) => String(row % 3)) =>
  `case,age,note,outcome\n${Array.from({ length: 30 }, (_, row) => `${900 + row},${row % 7}.5,n${row},${outcome(row)}`).join("\n")}\n`;

describe("what is told of a table", () => {
  test("is its columns' names, types and roles, and no value", async () => {
    const { schema, notes } = await infer(table(), { drop: ["note"] });
    expect(schema).toEqual({
      format: 1,
      columns: [
        { name: "case", type: "number", role: "id" },
        { name: "age", type: "number", role: "feature" },
        { name: "note", type: "text", role: "drop" },
      ],
      label: { name: "outcome", task: "classification" },
    });
    expect(notes).toEqual([expect.stringMatching(/"case".*proposed as an id.*--features case/)]);
  });

  test("is a feature where its owner says that different whole numbers measure something", async () => {
    const { schema, notes } = await infer(table(), { drop: ["note"], features: ["case"] });
    expect(schema.columns[0]).toEqual({ name: "case", type: "number", role: "feature" });
    expect(notes).toEqual([]);
  });

  test("has ranges and classes by consent alone", async () => {
    const { schema } = await infer(table(), { drop: ["note"], tells: ["ranges", "classes"] });
    expect(schema.columns[1]).toEqual({ name: "age", type: "number", role: "feature", range: [0.5, 6.5] });
    expect(schema.columns[0]).not.toHaveProperty("range");
    expect(schema.label.classes).toEqual(["0", "1", "2"]);
  });

  test("has classes in the order of a simulated run, a number in two spellings once", async () => {
    const numbers = table((row) => ["10", "9", "9.0"][row % 3] as string);
    const { schema } = await infer(numbers, { drop: ["note"], tells: ["classes"] });
    expect(schema.label.classes).toEqual(["9", "10"]);
  });

  test("has no class of fewer than ten rows", async () => {
    const rare = table((row) => (row < 9 ? "rare" : "usual"));
    await expect(infer(rare, { drop: ["note"], tells: ["classes"] })).rejects.toThrow(
      /"rare" stands in 9 of the rows/,
    );
    const enough = table((row) => (row < 10 ? "rare" : "usual"));
    expect((await infer(enough, { drop: ["note"], tells: ["classes"] })).schema.label.classes).toEqual([
      "rare",
      "usual",
    ]);
  });
});

describe("a table that cannot be asked with", () => {
  test.each<[string, string, Partial<Choices>, RegExp]>([
    ["text that nobody has named", table(), {}, /line 2, column "note": is "n0".*--ids or --drop/],
    ["a gap in a feature", "a,outcome\n1,0\n,1\n2,0\n", {}, /line 3, column "a": is empty/],
    [
      "no such columns",
      table(),
      { label: "out", ids: ["x"], drop: ["note"] },
      /2 problems:\n.*--label.*\n.*--ids/,
    ],
    ["a column with two roles", table(), { ids: ["note"], drop: ["note"] }, /named twice/],
    ["no feature", "note,outcome\nx,1\ny,1\n", { drop: ["note"] }, /no feature/],
    ["a label of as many values as rows", "a,outcome\n1,1\n1,2\n", {}, /another value in each row/],
    ["one class, told", "a,outcome\n1,1\n1,1\n", { tells: ["classes"] }, /but one class/],
    ["no rows", "a,outcome\n", {}, /no rows/],
    ["nothing", "", {}, /is empty/],
    ["a row too short", "a,outcome\n1\n1,2\n1,2\n", {}, /line 2 has 1 fields/],
    ["a row without a label", "a,outcome\n1,\n1,2\n1,2\n", {}, /line 2, column "outcome": is empty/],
  ])("is refused for %s", async (_, text, choices, message) => {
    await expect(infer(text, choices)).rejects.toThrow(message);
  });
});
