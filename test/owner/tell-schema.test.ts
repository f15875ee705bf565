import { describe, expect, test } from "vitest";
import { tellSchema } from "../../owner/tell-schema.ts";
import type { AskedOf } from "../../shared/owners/desk.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";

type Choices = Exclude<AskedOf, { readonly schema: unknown }>;

const plain: Choices = { label: "outcome", ids: [], drop: [], features: [], tells: [] };
const named = (text: string) => ({ label: "p.csv", bytes: new TextEncoder().encode(text) });
const tell = (text: string, choices: Partial<Choices> = {}) =>
  tellSchema(named(text), { ...plain, ...choices });

/** Thirty rows, of which each has another number and every third another outcome. */
const table = (outcome = (row: number) => String(row % 3)) =>
  `case,age,note,outcome\n${Array.from({ length: 30 }, (_, row) => `${900 + row},${row % 7}.5,n${row},${outcome(row)}`).join("\n")}\n`;

/** Sixty rows with words, dates, gaps and a number to predict. */
const mixed = `age,ward,admitted,stay\n${Array.from(
  { length: 60 },
  (_, row) =>
    `${row % 9 === 0 ? "" : 40 + (row % 7)},${row % 2 ? "west" : "east"},2026-01-${10 + (row % 5)},${row % 13}.5`,
).join("\n")}\n`;

describe("what is told of a table", () => {
  test("is its columns' names, types and roles, and no value", async () => {
    const { schema, notes } = await tell(table(), { drop: ["note"] });
    expect(schema).toEqual({
      format: 1,
      columns: [
        { name: "case", type: "number", role: "id" },
        { name: "age", type: "number", role: "feature" },
        { name: "note", type: "text", role: "drop" },
      ],
      label: { name: "outcome", task: "classification" },
    });
    expect(notes).toContainEqual(expect.stringMatching(/"case".*taken for an id.*--features case/));
    expect(JSON.stringify(schema)).not.toMatch(/9\d\d|\d\.5|n\d/);
  });

  test("says of words and dates that they are, and which columns have gaps", async () => {
    const { schema } = await tell(mixed, { label: "stay" });
    expect(schema).toEqual({
      format: 1,
      columns: [
        { name: "age", type: "number", role: "feature", gaps: true },
        { name: "ward", type: "category", role: "feature" },
        { name: "admitted", type: "date", role: "feature" },
      ],
      label: { name: "stay", task: "regression" },
    });
  });

  test("has ranges, categories and classes by consent alone", async () => {
    const { schema } = await tell(table(), { drop: ["note"], tells: ["ranges", "classes"] });
    expect(schema.columns[1]).toEqual({ name: "age", type: "number", role: "feature", range: [0.5, 6.5] });
    expect(schema.columns[0]).not.toHaveProperty("range");
    expect(schema.label.classes).toEqual(["0", "1", "2"]);
    const told = (await tell(mixed, { label: "stay", tells: ["ranges", "categories"] })).schema;
    expect(told.columns).toEqual([
      { name: "age", type: "number", role: "feature", range: [40, 46], gaps: true },
      { name: "ward", type: "category", role: "feature", categories: ["east", "west"] },
      { name: "admitted", type: "date", role: "feature", range: ["2026-01-10", "2026-01-14"] },
    ]);
    expect(told.label).toEqual({ name: "stay", task: "regression", range: [0.5, 12.5] });
  });

  test("has the other ways of writing a category, which would count as none of them else", async () => {
    const ward = mixed.replace("east,", "East,");
    const { schema } = await tell(ward, { label: "stay", tells: ["categories"] });
    expect(schema.columns[1]).toMatchObject({ categories: ["east", "west"], spellings: { east: ["East"] } });
    expect((await tell(ward, { label: "stay" })).schema.columns[1]).not.toHaveProperty("spellings");
  });

  test("is a feature where its owner says that different whole numbers measure something", async () => {
    const { schema, notes } = await tell(table(), { drop: ["note"], features: ["case"] });
    expect(schema.columns[0]).toEqual({ name: "case", type: "number", role: "feature" });
    expect(notes.join()).not.toMatch(/"case"/);
  });

  test("has classes in the order of a simulated run, a number in two spellings once", async () => {
    const numbers = table((row) => ["10", "9", "9.0"][row % 3] as string);
    const { schema } = await tell(numbers, { drop: ["note"], tells: ["classes"] });
    expect(schema.label.classes).toEqual(["9", "10"]);
  });

  test("has no class and no category of fewer than ten rows", async () => {
    const rare = table((row) => (row < 9 ? "rare" : "usual"));
    await expect(tell(rare, { drop: ["note"], tells: ["classes"] })).rejects.toThrow(
      /"rare" of "outcome" stands in 9 of the rows/,
    );
    const enough = table((row) => (row < 10 ? "rare" : "usual"));
    expect((await tell(enough, { drop: ["note"], tells: ["classes"] })).schema.label.classes).toEqual([
      "rare",
      "usual",
    ]);
    const ward = mixed.replaceAll("2026-01-14", "2026-01-13").replace("west", "icu");
    await expect(tell(ward, { label: "stay", tells: ["categories"] })).rejects.toThrow(
      /"icu" of "ward" stands in 1 of the rows/,
    );
  });
});

describe("a schema that the owner has reviewed", () => {
  const reviewed: TableSchema = {
    format: 1,
    columns: [
      { name: "age", type: "number", role: "feature", missing: "mean", aliases: ["years"], range: [0, 120] },
      { name: "ward", type: "category", role: "feature", categories: ["east", "west", "icu"] },
      { name: "admitted", type: "date", role: "drop" },
    ],
    label: { name: "stay", task: "regression", unit: "days" },
  };

  test("leaves as it stands, where the table fits it", async () => {
    const { schema } = await tellSchema(named(mixed), { schema: reviewed });
    expect(schema).toEqual({
      format: 1,
      columns: [
        { name: "age", type: "number", role: "feature", range: [0, 120], gaps: true },
        { name: "ward", type: "category", role: "feature", categories: ["east", "west", "icu"] },
        { name: "admitted", type: "date", role: "drop" },
      ],
      label: { name: "stay", task: "regression", unit: "days" },
    });
  });

  test("is refused with all rows that do not fit", async () => {
    const old = mixed.replace("\n41,", "\n141,");
    await expect(tellSchema(named(old), { schema: reviewed })).rejects.toThrow(/is 141, .* 0 to 120/);
  });
});

describe("a table that cannot be asked with", () => {
  test.each<[string, string, Partial<Choices>, RegExp]>([
    [
      "no such columns",
      table(),
      { ids: ["x"], drop: ["note", "y"] },
      /--ids: there is no column "x".*\n.*--drop: there is no column "y"/,
    ],
    ["no such label", table(), { label: "out" }, /has no column "out", which --label names/],
    ["a column with two roles", table(), { ids: ["note"], drop: ["note"] }, /named twice/],
    ["no feature", "note,outcome\nx,1\ny,1\nx,0\ny,0\n", { drop: ["note"] }, /no feature/],
    ["a label of as many values as rows", "a,outcome\nx,b\ny,c\n", {}, /is no class/],
    ["one class, told", "a,outcome\n1,1\n1,1\n", { tells: ["classes"] }, /but one class/],
    ["no rows", "a,outcome\n", {}, /no rows/],
    ["nothing", "", {}, /no rows|is empty/],
    ["a row too short", "a,outcome\n1\n1,2\n1,2\n", {}, /line 2 has 1 fields/],
    ["a row without a label", "a,outcome\n1,\n1,2\n1,2\n", {}, /line 2, column "outcome": is a gap/],
  ])("is refused for %s", async (_, text, choices, message) => {
    await expect(tell(text, choices)).rejects.toThrow(message);
  });
});
