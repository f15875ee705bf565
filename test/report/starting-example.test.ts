import { expect, test } from "vitest";
import { exampleTable } from "../../report/example-table.ts";
import { startingExample } from "../../report/starting-example.ts";
import { fitScaling, momentsOf } from "../../shared/dataset/scaling.ts";
import { encodersOf } from "../../shared/schema/encode.ts";
import { tableSchema } from "../../shared/schema/table-schema.ts";

const schema = tableSchema.parse({
  format: 1,
  columns: [
    { name: "id", type: "text", role: "id" },
    { name: "age", range: [0, 120] },
    { name: "crp", missing: 80 },
    { name: "unit", type: "category", categories: ["a", "b", "c"], missing: "category" },
    { name: "seen", type: "date", missing: "2000-01-01" },
  ],
  label: { name: "y", task: "regression" },
});
const table = exampleTable({ features: 9, schema, element: "float32" });

/** Of rows as a file has them, by what clients would report of them. */
function scalingOf(rows: readonly (readonly string[])[]) {
  const encoders = encodersOf(schema);
  const x = rows.flatMap((row) =>
    row.flatMap((cell, at) => {
      const encoded = encoders[at]?.encode(cell) ?? [];
      return "fault" in encoded ? [Number.NaN] : encoded;
    }),
  );
  const features = x.length / rows.length;
  const examples = {
    x: Float32Array.from(x),
    y: new Float32Array(rows.length),
    count: rows.length,
    features,
  };
  return fitScaling([momentsOf(examples)]);
}

test("is the mean of what is there, without its gaps, and what is most frequent", () => {
  const scaling = scalingOf([
    ["30", "10", "b", "2020-01-01"],
    ["50", "", "b", "2020-01-03"],
    ["64.04", "31", "a", ""],
    ["70", "NA", "", "2020-01-05"],
    ["33", "40", "x", "NA"],
  ]);
  // (10 + 31 + 40) / 3, and the third of January, whatever gaps are filled with
  expect(startingExample(table, scaling)).toEqual(["49", "27", "b", "2020-01-03"]);
});

test("is what gaps are filled with, and the first category, where nothing was scaled", () => {
  expect(startingExample(table, null)).toEqual(["60", "80", "a", "2000-01-01"]);
});

test("of a column that is all gaps is what they are filled with", () => {
  const scaling = scalingOf([
    ["130", "", "", ""],
    ["50", "", "", ""],
  ]);
  expect(startingExample(table, { ...scaling, mean: [50, ...scaling.mean.slice(1)] })).toEqual([
    ...["50", "80", "a", "2000-01-01"],
  ]);
});

test("of a table without a schema is a number for each feature: of bytes a whole one, else with digits that matter", () => {
  const scaling = { mean: [0.5, 0.1234, 1234.5], deviation: [1, 0.01, 3000] };
  const bytes = exampleTable({ features: 3, element: "uint8" });
  expect(startingExample(bytes, scaling)).toEqual(["128", "31", "314798"]);
  const floats = exampleTable({ features: 3, element: "float32", featureNames: ["a", "b", "c"] });
  expect(floats.columns.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(startingExample(floats, scaling)).toEqual(["0.5", "0.123", "1235"]);
});

test.each([
  [99.5, "99.5"],
  [0.4, "0.4"],
])("stays within the range that the schema takes, however the mean of %d is rounded", (mean, start) => {
  const columns = [{ ...schema.columns[1], name: "age", range: [0.4, 99.5] }] as typeof schema.columns;
  const narrow = exampleTable({ features: 1, schema: { ...schema, columns }, element: "float32" });
  // rounded alone they are 100 and 0
  expect(startingExample(narrow, { mean: [mean], deviation: [20] })).toEqual([start]);
});

test("a table for the page has nothing of columns that the models never see, and no names and spellings of files", () => {
  const [id, age, ...others] = schema.columns;
  const spelt = { ...age, aliases: ["years"], spellings: { a: ["A"] }, optional: true as const };
  const made = exampleTable({
    features: 9,
    schema: {
      ...schema,
      columns: [id, spelt, ...others].filter((one) => one !== undefined),
    } as typeof schema,
    element: "float32",
  });
  expect(made).toEqual(table);
  expect(JSON.stringify(made)).not.toContain('"id"');
});
