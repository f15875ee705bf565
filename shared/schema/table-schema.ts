import * as z from "zod";
import { usualGaps } from "./usual-gaps.ts";

export { featureColumns } from "./feature-columns.ts";
export { usualGaps };

/** Columns of a table, and features that they make. */
const mostColumns = 10_000;
const mostCategories = 1_000;

const name = z.string().min(1).max(200);
/** Examples are float32. */
const bound = z
  .number()
  .min(-(10 ** 38))
  .max(10 ** 38);

const distinct = (names: readonly string[]) => new Set(names).size === names.length;

/** Other ways in which people write a value, by the one that counts. */
const spellings = z.record(name, z.array(z.string().max(200)).min(1));

const column = z.strictObject({
  name: name.describe("As the header has it; capitals are not told apart."),
  aliases: z.array(name).optional().describe("Other names of it, in other files."),
  type: z
    .enum(["number", "category", "date", "text"])
    .default("number")
    .describe("date: year, month and day as 2026-01-31; text: never read, for ids and what is dropped."),
  role: z
    .enum(["feature", "id", "drop"])
    .default("feature")
    .describe("feature: the model sees it; id and drop: it stays unread."),
  unit: z.string().min(1).max(40).optional().describe("What the numbers count, for people."),
  range: z
    .tuple([bound, bound])
    .refine(([lowest, highest]) => lowest < highest, "takes a lowest value and a larger highest one")
    .optional()
    .describe("Lowest and highest number that can be right; others are refused."),
  categories: z
    .array(name)
    .min(1)
    .max(mostCategories)
    .refine(distinct, "repeats a category")
    .optional()
    .describe("Of a category: each is a feature, and any other value counts as other."),
  spellings: spellings.optional().describe("Of a category: other ways of writing each."),
  missing: z
    .union([bound, z.iso.date(), z.literal("category")])
    .optional()
    .describe(
      "What stands in for a gap, which a feature of its own tells of: a number, a date, or category; left out, gaps are refused.",
    ),
  optional: z
    .literal(true)
    .optional()
    .describe("A file may lack the column: all of its values are gaps then."),
});

const label = z.strictObject({
  name: name.describe("The column that is to be predicted."),
  aliases: z.array(name).optional().describe("Other names of it, in other files."),
  task: z
    .enum(["classification", "regression"])
    .describe("classification: one of the classes; regression: a number."),
  classes: z
    .array(name)
    .min(2)
    .max(1_000)
    .refine(distinct, "repeats a class")
    .optional()
    .describe("Of a classification, in the order of the model's outputs."),
  spellings: spellings.optional().describe("Other ways of writing each class."),
  unit: z.string().min(1).max(40).optional().describe("Of a regression: what the number counts, for people."),
});

/**
 * What a table is like, in a file that people review: which columns a model sees, as what, and what is to be predicted. The
 * features' order is that of the columns. What is not named here may stand in a file and is not read.
 */
export const tableSchema = z
  .strictObject({
    format: z.literal(1),
    gaps: z
      .array(z.string().max(40))
      .optional()
      .describe(
        `What stands for a missing value; usually ${usualGaps.map((one) => JSON.stringify(one)).join(", ")}.`,
      ),
    columns: z.array(column).min(1).max(mostColumns),
    label,
  })
  .superRefine((schema, context) => {
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    const all = [...schema.columns, schema.label].flatMap((one) => [one.name, ...(one.aliases ?? [])]);
    const alike = all.map((one) => one.toLowerCase());
    const twice = all.find((_, at) => alike.indexOf(alike[at] ?? "") !== at);
    if (twice !== undefined) refuse(["columns"], `names ${JSON.stringify(twice)} twice`);
    if (!schema.columns.some(({ role }) => role === "feature")) refuse(["columns"], "has no feature");
    for (const [at, one] of schema.columns.entries()) {
      const problem = wrongColumn(one);
      if (problem) refuse(["columns", at], `${JSON.stringify(one.name)} ${problem}`);
    }
    const { task, classes, spellings: written, unit } = schema.label;
    if (task === "classification" && !classes) refuse(["label", "classes"], "a classification has classes");
    if (task === "classification" && unit) refuse(["label", "unit"], "classes have no unit");
    if (task === "regression" && (classes || written)) refuse(["label"], "a regression has no classes");
    const misspelt = wrongSpellings(written, classes ?? []);
    if (misspelt) refuse(["label", "spellings"], misspelt);
  });

export type TableSchema = Readonly<z.output<typeof tableSchema>>;
export type TableColumn = TableSchema["columns"][number];

/** What is wrong with a column by itself, in words that follow its name. */
function wrongColumn(one: z.output<typeof column>): string | undefined {
  const { type, role, categories, spellings: written, missing, range, optional } = one;
  if (role !== "feature") return undefined;
  if (type === "text") return "is text, and a feature takes numbers, categories or dates";
  if (type === "category") {
    if (!categories) return "is a category, and lists none";
    if (missing !== undefined && missing !== "category") return 'takes "missing": "category"';
    const misspelt = wrongSpellings(written, categories);
    if (misspelt) return misspelt;
  } else if (categories || written) return `is a ${type}, and has no categories`;
  if (type === "number" && missing !== undefined && typeof missing !== "number")
    return 'takes a number for "missing"';
  if (type === "date" && missing !== undefined && (typeof missing !== "string" || missing === "category")) {
    return 'takes a date for "missing"';
  }
  if (type !== "number" && range) return `is a ${type}, and has no range`;
  if (optional && missing === undefined) return 'is optional, and takes "missing": what stands in for it';
  return undefined;
}

function wrongSpellings(
  written: Readonly<Record<string, readonly string[]>> | undefined,
  values: readonly string[],
): string | undefined {
  if (!written) return undefined;
  const stray = Object.keys(written).find((value) => !values.includes(value));
  if (stray !== undefined) return `spells ${JSON.stringify(stray)}, which is none of its values`;
  const all = [...values, ...Object.values(written).flat()];
  const twice = all.find((one, at) => all.indexOf(one) !== at);
  return twice === undefined ? undefined : `has ${JSON.stringify(twice)} for two of its values`;
}
