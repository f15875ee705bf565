import { describe, expect, test } from "vitest";
import { daysOf, encodedFeatures } from "../../shared/schema/encode.ts";
import { type TableSchema, tableSchema } from "../../shared/schema/table-schema.ts";
import { saidDialect } from "../../tables/csv/dialect.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";

const schema = tableSchema.parse({
  format: 1,
  columns: [
    { name: "patient", type: "text", role: "id" },
    { name: "age", range: [0, 120] },
    { name: "crp", missing: 50, optional: true },
    { name: "unit", type: "category", categories: ["icu", "ward"], spellings: { icu: ["ICU"] } },
    { name: "sex", type: "category", categories: ["f", "m"], missing: "category" },
    { name: "admitted", type: "date", missing: "2025-01-01" },
  ],
  label: {
    name: "outcome",
    task: "classification",
    classes: ["0", "1"],
    spellings: { "0": ["no", "False"], "1": ["yes", "True"] },
  },
});

const read = (text: string, by: TableSchema = schema) =>
  readTableBySchema({ label: "a.csv", bytes: new TextEncoder().encode(text) }, by);
const rowsOf = async (text: string, by?: TableSchema) => {
  const { examples } = await read(text, by);
  const { x, count, features } = examples;
  return Array.from({ length: count }, (_, row) => [...x.subarray(row * features, (row + 1) * features)]);
};

const head = "patient,age,crp,unit,sex,admitted,outcome\n";

test("what the model sees has a name for each of its numbers", () => {
  expect(encodedFeatures(schema)).toEqual([
    "age",
    ...["crp", "crp is missing"],
    ...["unit = icu", "unit = ward", "unit = other"],
    ...["sex = f", "sex = m", "sex = other", "sex is missing"],
    ...["admitted", "admitted is missing"],
  ]);
});

describe("a table is read by its schema", () => {
  test("to numbers: gaps by what stands in for them and a feature of their own, categories one-hot, dates as days", async () => {
    const day = 20_089;
    expect(daysOf("2025-01-01")).toBe(day);
    expect(await rowsOf(`${head}p1,30.5,12,icu,f,2025-01-03,yes\np2,31,NA,lab,,,0\n`)).toEqual([
      [30.5, 12, 0, 1, 0, 0, 1, 0, 0, 0, day + 2, 0],
      [31, 50, 1, 0, 0, 1, 0, 0, 0, 1, day, 1],
    ]);
  });

  test("whatever its dialect, the columns' order and capitals, and how values are spelled", async () => {
    const first = await read(`${head}p1,30.5,12.25,icu,f,2025-01-03,1\np2,31,,ward,m,2025-01-04,0\n`);
    const second = await read(
      "Outcome;AGE;unit;crp;sex;admitted;note\r\nTrue;30,5;ICU;12,25;f;2025-01-03;x\r\nno;31,0;ward;NA;m;2025-01-04;y\r\n",
    );
    expect(second.examples).toEqual(first.examples);
    expect(second.notes.join()).toMatch(/semicolons, decimal commas/);
  });

  test("with a column that it may lack, and with a word about that and about other categories", async () => {
    const { notes, examples } = await read(
      "age,unit,sex,admitted,outcome\n30,lab,f,2025-01-03,0\n31,icu,f,,1\n",
    );
    expect(notes).toEqual([
      'a.csv lacks "crp": all of it counts as missing',
      'a.csv: 1 of 2 rows have a "unit" that is none of the schema\'s categories, and count as other',
    ]);
    expect([...examples.x].slice(1, 3)).toEqual([50, 1]);
  });

  test("to numbers to be predicted, of a regression", async () => {
    const days = tableSchema.parse({
      format: 1,
      columns: [{ name: "age" }],
      label: { name: "los", task: "regression" },
    });
    const { examples } = await read("age,los\n30,2.5\n40,-7\n", days);
    expect(examples.y).toEqual(Float32Array.of(2.5, -7));
  });

  test("or to all that is wrong at once, each with the change that would mend it", async () => {
    const text =
      "patient,age,crp,unit,sex,admitted,outcome\n" +
      "p1,,12,icu,f,2025-01-03,1\n" +
      "p2,130,12,icu,f,2025-02-30,1\n" +
      "p3,young,12,icu,f,2025-01-03,maybe\n" +
      "p4,31,12,icu,f,2025-01-03,\n" +
      "p5,31,12\n";
    const error = await read(text).catch((one: Error) => one);
    expect(error).toMatchObject({ name: "DatasetInvalid" });
    const lines = (error as Error).message.split("\n");
    expect(lines).toEqual([
      "a.csv does not fit the schema, 7 problems:",
      'line 2, column "age": is a gap: fill it in, leave the row out, or give the column "missing" in the schema',
      'line 3, column "age": is 130, and the schema takes 0 to 120: mend it, leave the row out, or widen "range"',
      expect.stringMatching(/^line 3, column "admitted": is "2025-02-30", which is no date as 2026-01-31/),
      expect.stringMatching(/^line 4, column "age": is "young", which is no number: .*"gaps"/),
      expect.stringMatching(
        /^line 4, column "outcome": is "maybe", and the classes are "0", "1": .*"spellings"/,
      ),
      'line 5, column "outcome": is a gap: every row needs a label; fill it in, or leave the row out',
      expect.stringMatching(/^line 6 has 3 fields, and the header 7/),
    ]);
  });

  test("numbers are values and classes by their value: pandas writes 1.0 where a column has gaps", async () => {
    const grades = tableSchema.parse({
      ...{ format: 1, gaps: ["", "-9"] },
      columns: [
        { name: "grade", type: "category", categories: ["1", "2"], missing: "category" },
        { name: "age", missing: 7 },
      ],
      label: { ...schema.label, spellings: { "1": ["yes"] } },
    });
    expect(await rowsOf("grade,age,outcome\n2.0,-9.0,1.0\n01,-9,yes\n,3,0.0\n", grades)).toEqual([
      [0, 1, 0, 0, 7, 1],
      [1, 0, 0, 0, 7, 1],
      [0, 0, 0, 1, 3, 0],
    ]);
    const { examples } = await read("grade,age,outcome\n2.0,-9.0,1.0\n01,-9,yes\n,3,0.0\n", grades);
    expect([...examples.y]).toEqual([1, 1, 0]);
    const commas = await read("grade;age;outcome\n2,0;-9,0;1,0\n1;2,5;yes\n", grades);
    expect([...commas.examples.x]).toEqual([0, 1, 0, 0, 7, 1, 1, 0, 0, 0, 2.5, 0]);
  });

  test("two of its values that are the same number stay two, as they are written", async () => {
    const versions = tableSchema.parse({
      format: 1,
      columns: [{ name: "version", type: "category", categories: ["1.1", "1.10"] }],
      label: schema.label,
    });
    expect(await rowsOf("version,outcome\n1.1,0\n1.10,1\n", versions)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  test.each<[string, string, RegExp]>([
    ["1.234", "decimal-commas", /it is open whether its point stands between thousands/],
    ["1,234.5", "decimal-points", /without marks between thousands/],
    ["1.234,5", "decimal-points", /without marks between thousands/],
    ["12'000", "decimal-points", /without marks between thousands/],
    ["1,5", "decimal-points", /say --csv decimal-commas where a comma/],
    ["45 %", "decimal-points", /without the percent sign/],
    ["-inf", "decimal-points", /is not finite/],
    ["1e40", "decimal-points", /beyond the range of float32/],
  ])(
    "and %s in a file of %s is no gap and no category, but to be written otherwise",
    async (cell, words, why) => {
      const numbers = tableSchema.parse({
        format: 1,
        columns: [{ name: "crp", missing: 1 }],
        label: { name: "los", task: "regression" },
      });
      const said = saidDialect(`semicolons,${words}`) ?? {};
      for (const text of [`crp;los\n2;3\n${cell};4\n`, `crp;los\n2;3\n4;${cell}\n`]) {
        const named = { label: "a.csv", bytes: new TextEncoder().encode(text) };
        const message = await readTableBySchema(named, numbers, { said }).then(
          () => "read",
          (error: Error) => error.message,
        );
        expect(message).toMatch(why);
        expect(message).not.toMatch(/"gaps"|category/);
      }
    },
  );

  test("unless two of its columns may be the one that is meant", async () => {
    await expect(read(`${head.trim()},Age\np1,1,2,icu,f,,1,3\n`)).rejects.toThrow(
      /"age", "Age" are all called as the schema's "age": rename those that are not meant/,
    );
  });

  test("unless it lacks a column that every table has", async () => {
    await expect(read("patient,years,outcome\np1,3,1\n")).rejects.toThrow(
      /there is no column "age", which the schema has: .*"aliases", or let files lack it by "optional"; beside the schema's there are "patient", "years"/,
    );
  });
});

describe("a schema is refused", () => {
  const with_ = (changes: object) =>
    tableSchema.safeParse({ ...schema, ...changes }).error?.issues[0]?.message;
  const columns = (changes: object) => with_({ columns: [{ name: "age" }, { name: "b", ...changes }] });

  test.each<[string, () => string | undefined, RegExp]>([
    ["a name twice, whatever its capitals", () => columns({ name: "AGE" }), /"AGE" twice/],
    ["no feature", () => with_({ columns: [{ name: "b", role: "drop" }] }), /no feature/],
    ["a feature of text", () => columns({ type: "text" }), /is text/],
    ["a category without its list", () => columns({ type: "category" }), /lists none/],
    ["a word in a number's place", () => columns({ missing: "category" }), /takes a number/],
    ["a number in a date's place", () => columns({ type: "date", missing: 3 }), /takes a date/],
    ["an optional column that says nothing of gaps", () => columns({ optional: true }), /takes "missing"/],
    [
      "one spelling of two values",
      () => columns({ type: "category", categories: ["a", "c"], spellings: { a: ["c"] } }),
      /"c" for two/,
    ],
    [
      "a spelling of none of its classes",
      () => with_({ label: { ...schema.label, spellings: { "2": ["two"] } } }),
      /"2", which is none/,
    ],
    [
      "a regression with classes",
      () => with_({ label: { ...schema.label, task: "regression" } }),
      /no classes/,
    ],
  ])("with %s", (_, refused, message) => {
    expect(refused()).toMatch(message);
  });
});
