import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tableSchema } from "../../shared/schema/table-schema.ts";
import { inferTableSchema, type TableFile } from "../../tables/infer-table-schema.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";

const file = (owner: string, text: string): TableFile => ({
  owner,
  file: { label: `${owner}.csv`, bytes: new TextEncoder().encode(text) },
});
const rows = (count: number, row: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => `${row(at)}\n`).join("");
const columnsOf = async (...files: TableFile[]) => {
  const { schema, notes } = await inferTableSchema(files, "y");
  return {
    columns: Object.fromEntries(schema.columns.map(({ name, ...one }) => [name, one])),
    schema,
    notes,
  };
};

describe("a schema is proposed in which", () => {
  test("numbers, words, dates and ids are told apart, and gaps have what stands in for them", async () => {
    const text = `id,age,sex,day,note,y\n${rows(30, (at) => {
      const gap = at % 10 === 0;
      return (
        `k${at},${gap ? "NA" : 20 + (at % 7)}.5`.replace("NA.5", "NA") +
        `,${at % 3 ? "f" : "m"},${gap ? "" : `2025-01-${String(1 + (at % 9)).padStart(2, "0")}`},free ${at % 25},${at % 2}`
      );
    })}`;
    const { columns, notes, schema } = await columnsOf(file("a", text));
    expect(columns).toEqual({
      id: { type: "text", role: "id" },
      age: { type: "number", role: "feature", missing: "mean" },
      sex: { type: "category", role: "feature", categories: ["f", "m"] },
      day: { type: "date", role: "feature", missing: "mean" },
      note: { type: "text", role: "drop" },
    });
    expect(schema.label).toEqual({ name: "y", task: "classification", classes: ["0", "1"] });
    expect(notes.join("\n")).toMatch(
      /"id" is taken for an id.*\n.*"age" has gaps in 3 of 30 rows: the mean of the others.*\n.*"day" has gaps.*\n.*"note" is left out: it is text of 25/,
    );
  });

  test("the mean stands in for a gap in any file", async () => {
    const { columns } = await columnsOf(
      file("a", `x,y\n${rows(10, (at) => `${at === 0 ? "" : 1},${at % 2}`)}`),
      file("b", `x,y\n${rows(9, (at) => `3,${at % 2}`)}`),
    );
    expect(columns.x).toMatchObject({ missing: "mean" });
  });

  test("a column that most have is optional, and one that few have is left out", async () => {
    const some = (name: string, more: string) =>
      file(name, `x${more},y\n${rows(12, (at) => `${at % 4}${more ? `,${at % 3}` : ""},${at % 2}`)}`);
    const { columns, notes } = await columnsOf(some("a", ",z"), some("b", ",Z"), some("c", ""));
    expect(columns.z).toMatchObject({ type: "number", optional: true, missing: "mean" });
    expect(notes).toContain('column "z" is optional: c lacks it');
    const rare = await columnsOf(some("a", ",z"), some("b", ""), some("c", ""));
    expect(rare.columns.z).toMatchObject({ role: "drop" });
    expect(rare.notes.join()).toMatch(/"z" is left out: only a has it/);
  });

  test("yes and no in several words are two classes, and their counterparts are known", async () => {
    const { schema, notes } = await columnsOf(
      file("a", `x,y\n${rows(20, (at) => `${at % 5},${at % 2}`)}`),
      file("b", `x,y\n${rows(10, (at) => `${at % 5},${at % 2 ? "Yes" : "No"}`)}`),
      file("c", `x,y\n${rows(4, (at) => `${at},FALSE`)}`),
    );
    expect(schema.label).toEqual({
      ...{ name: "y", task: "classification", classes: ["0", "1"] },
      spellings: { "0": ["No", "FALSE"], "1": ["Yes", "TRUE"] },
    });
    expect(notes.at(-1)).toMatch(/are one class/);
  });

  test.each<[string, (at: number) => string | number, "regression" | "classification"]>([
    ["fractions", (at) => at / 4, "regression"],
    ["many whole numbers", (at) => at % 13, "regression"],
    ["ten digits", (at) => at % 10, "classification"],
    ["words", (at) => ["low", "high"][at % 2] ?? "", "classification"],
  ])("a label of %s is a number or a class, with a word where it is open", async (_, label, task) => {
    const { schema, notes } = await columnsOf(
      file("a", `x,y\n${rows(60, (at) => `${at % 5},${label(at)}`)}`),
    );
    expect(schema.label.task).toBe(task);
    expect(notes.some((note) => /"task"/.test(note))).toBe(label(1) !== "high");
  });

  test.each<[string, (at: number) => string]>([
    ["bare", (at) => `0${at % 5}`],
    ["quoted", (at) => `"0${at % 5}"`],
  ])("a %s code is a category, and no amount, also where another file lost its zeros", async (_, code) => {
    const { columns, notes } = await columnsOf(
      file("a", `ward,y\n${rows(30, (at) => `${code(at)},${at % 2}`)}`),
      file("b", `ward,y\n${rows(20, (at) => `${at % 5},${at % 2}`)}`),
    );
    expect(columns.ward).toEqual({
      ...{ type: "category", role: "feature" },
      categories: ["00", "01", "02", "03", "04"],
    });
    expect(notes.join()).toMatch(/"ward" has codes as "00", which are no amounts/);
  });

  test("0 and 1 here and yes and no there are two categories, of a feature as of the label", async () => {
    const { columns } = await columnsOf(
      file("a", `smoker,y\n${rows(20, (at) => `${at % 2},${at % 2}`)}`),
      file("b", `smoker,y\n${rows(9, (at) => `${at % 2 ? "yes" : "no"},${at % 2}`)}`),
    );
    expect(columns.smoker).toEqual({
      ...{ type: "category", role: "feature", categories: ["0", "1"] },
      spellings: { "0": ["no"], "1": ["yes"] },
    });
  });

  test("values that differ in capitals or blanks alone are one, with a word", async () => {
    const { columns, schema, notes } = await columnsOf(
      file("a", `unit,y\n${rows(20, (at) => `${at % 2 ? "ward" : "ICU"},${at % 2 ? "Ill" : "well"}`)}`),
      file("b", `unit,y\n${rows(10, (at) => `${at % 2 ? "Ward" : "icu"},${at % 2 ? "ill" : "well"}`)}`),
    );
    expect(columns.unit).toMatchObject({
      categories: ["ICU", "ward"],
      spellings: { ICU: ["icu"], ward: ["Ward"] },
    });
    expect(schema.label).toMatchObject({ classes: ["Ill", "well"], spellings: { Ill: ["ill"] } });
    expect(notes.filter((note) => /joined by "spellings"/.test(note))).toHaveLength(2);
  });

  test("1 and 1.0 are one class", async () => {
    const { schema } = await columnsOf(
      file("a", `x,y\n${rows(20, (at) => `${at % 5},${at % 2}`)}`),
      file("b", `x,y\n${rows(20, (at) => `${at % 5},${at % 2}.0`)}`),
    );
    expect(schema.label).toEqual({ name: "y", task: "classification", classes: ["0", "1"] });
  });

  test("dates that are written otherwise are left out with what to write, however few there are", async () => {
    const { columns, notes } = await columnsOf(
      file("a", `x,day,y\n${rows(30, (at) => `${at % 5},0${1 + (at % 3)}/12/2025,${at % 2}`)}`),
    );
    expect(columns.day).toMatchObject({ role: "drop" });
    expect(notes.join()).toMatch(
      /"day" is left out: it has dates as "01\/12\/2025"; write them as 2026-01-31/,
    );
  });

  test("what it proposes reads the very files that it was made of", async () => {
    const files = [
      file("a", `age;sex;y\n${rows(20, (at) => `${at % 2 ? "3,5" : ""};${at % 3 ? "f" : "m"};${at % 2}`)}`),
      file("b", `y,AGE,sex\n${rows(20, (at) => `${at % 2},4.5,f`)}`),
    ];
    const { schema } = await inferTableSchema(files, "y");
    expect(tableSchema.parse(JSON.parse(JSON.stringify(schema)))).toEqual(schema);
    for (const { file: one } of files) {
      expect((await readTableBySchema(one, schema)).examples).toMatchObject({ count: 20, features: 5 });
    }
  });
});

describe("no schema is proposed, and all that stands in the way is told, where", () => {
  const refusal = (...files: TableFile[]) =>
    inferTableSchema(files, "y").then(
      () => "",
      (error: Error) => `${error.name}: ${error.message}`,
    );

  test("words stand among numbers, or among dates: a slip of the pen makes no categories", async () => {
    const said = await refusal(
      file("a", `x,day,y\n${rows(20, (at) => `${at === 3 ? "1O" : at % 4},2025-01-02,${at % 2}`)}`),
      file(
        "b",
        `x,day,y\n${rows(20, (at) => `${at % 4},${at === 5 ? "5.1.2025" : "2025-01-02"},${at % 2}`)}`,
      ),
    );
    expect(said).toMatch(
      /^DatasetInvalid: a\.csv cannot.*, 1 problem:\nline 5, column "x": is "1O" among numbers: mend it/,
    );
    expect(said).toMatch(
      /\nb\.csv .*\nline 7, column "day": is "5\.1\.2025" among dates as 2026-01-31: write/,
    );
  });

  test("many cells are wrong: all of them, file by file, and rows of other lengths with them", async () => {
    const said = await refusal(
      file("a", `x,z,y\n${rows(40, (at) => `${at < 15 ? at : `${at} %`},${at % 3},${at % 2}`)}1,2\n`),
      file(
        "b",
        `x,z,y\n${rows(60, (at) => `${at < 50 ? at : "1,234.5"},${at % 3},${at === 3 ? "NA" : at % 2}`).replaceAll("1,234.5", '"1,234.5"')}`,
      ),
      file("c", `x,z,y\n${rows(20, (at) => `${at},${at % 3},${at % 2}`)}Total,57,10\n`),
    );
    const [, a = "", b = "", c = ""] = said.split(/^.*(?:a|b|c)\.csv cannot be taken into a schema, /m);
    expect(a).toMatch(/^26 problems:\nline 17, column "x": is "15 %": .*without the percent sign/);
    expect(a).toMatch(/\nand 6 more\n$/);
    expect(b).toMatch(
      /^11 problems:\nline 5, column "y": is a gap.*\nline 52, column "x": is "1,234.5": .*thousands/,
    );
    expect(c).toMatch(/line 22, the last one, has "Total": take a line of sums out/);
  });

  test("two columns differ in capitals alone", async () => {
    expect(await refusal(file("a", `x,X,y\n${rows(20, (at) => `${at % 3},${at % 4},${at % 2}`)}`))).toMatch(
      /line 1: columns 1 and 2, "x" and "X", differ in capitals alone/,
    );
  });

  test("a file lacks the label, or is no table", async () => {
    const said = await refusal(file("a", "x,z\n1,2\n"), file("b", "x,y\n1\n"), file("c", "x,y\n"));
    expect(said).toMatch(/a\.csv .*\nhas no column "y", which --label names; it has "x", "z"/);
    expect(said).toMatch(/b\.csv .*1 problem:\nline 2 has 1 fields, and the header 2/);
    expect(said).toMatch(/c\.csv .*\nholds no rows/);
  });

  test.each<[string, string, RegExp]>([
    [
      "the label has gaps",
      `x,y\n${rows(20, (at) => `${at % 4},${at ? at % 2 : ""}`)}`,
      /line 2, column "y": is a gap: every row needs a label/,
    ],
    ["the label is one value", `x,y\n${rows(20, (at) => `${at % 4},a`)}`, /nothing to tell apart/],
    ["the label is text", `x,y\n${rows(20, (at) => `${at % 4},w${at}`)}`, /20 different values in 20 rows/],
  ])("%s", async (_, text, message) => {
    expect(await refusal(file("a", text))).toMatch(message);
  });
});

const cases = fileURLToPath(new URL("../../../shared/cases", import.meta.url));
const isThere = existsSync(join(cases, "hospitals"));

describe.skipIf(!isThere)("the tables beside the project (needs ../shared/cases)", () => {
  const filesOf = (name: string): TableFile[] =>
    readdirSync(join(cases, name))
      .sort()
      .map((one) => ({
        owner: one.replace(".csv", ""),
        file: { label: one, path: join(cases, name, one), origin: "--clients" },
      }));

  test("hospitals: one schema, which reads all five", async () => {
    const { schema, notes } = await inferTableSchema(filesOf("hospitals"), "outcome");
    const columns = schema.columns.map(({ name, type, role, optional }) => [
      name,
      type,
      role,
      optional ?? false,
    ]);
    expect(columns).toEqual([
      ["patient_id", "number", "id", false],
      ["age", "number", "feature", false],
      ["sex", "category", "feature", false],
      ["crp", "number", "feature", true],
      ["unit", "category", "feature", false],
      ["admitted", "date", "feature", false],
      ["lactate", "number", "drop", false],
    ]);
    expect(schema.label).toMatchObject({
      classes: ["0", "1"],
      spellings: { "0": ["no", "False"], "1": ["yes", "True"] },
    });
    expect(notes.join("\n")).toMatch(/birch\.csv: semicolons, decimal commas\n.*elm\.csv: tabs/);
    const counts = [];
    for (const { file: one } of filesOf("hospitals"))
      counts.push((await readTableBySchema(one, schema)).examples.count);
    expect(counts).toEqual([120, 90, 100, 12, 80]);
  });

  test("stay: a regression", async () => {
    const { schema } = await inferTableSchema(filesOf("stay"), "los_days");
    expect(schema.label).toEqual({ name: "los_days", task: "regression" });
  });
});
