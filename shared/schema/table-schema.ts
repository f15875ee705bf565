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

const increasing = "takes a lowest value and a larger highest one";
const ofNumbers = z.tuple([bound, bound]).refine(([lowest, highest]) => lowest < highest, increasing);
const ofDates = z.tuple([z.iso.date(), z.iso.date()]).refine(([first, last]) => first < last, increasing);

/** A column that stands in a table. */
export const tableColumn = z.strictObject({
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
    .union([ofNumbers, ofDates])
    .optional()
    .describe("Lowest and highest number, or first and last date, that can be right; others are refused."),
  categories: z
    .array(name)
    .min(1)
    .max(mostCategories)
    .refine(distinct, "repeats a category")
    .optional()
    .describe("Of a category: each is a feature, and any other value counts as other."),
  spellings: spellings.optional().describe("Of a category: other ways of writing each."),
  missing: z
    .union([z.enum(["mean", "category"]), bound, z.iso.date()])
    .optional()
    .describe(
      "What stands in for a gap, which a feature of its own tells of: mean, that of all clients' training rows, or a number or date; of " +
        "a category, category. Left out, gaps are refused.",
    ),
  optional: z
    .literal(true)
    .optional()
    .describe("A file may lack the column: all of its values are gaps then."),
});

/** What is to be predicted. */
export const tableLabel = z.strictObject({
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
  range: ofNumbers
    .optional()
    .describe("Of a regression: lowest and highest number that can be right; others are refused."),
});

/** The list of a table's columns. */
export function columnsOf<Column extends z.ZodType>(column: Column) {
  return z.array(column).min(1).max(mostColumns);
}

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
    columns: columnsOf(tableColumn),
    label: tableLabel,
  })
  .superRefine((schema, context) => {
    checkTable(schema, context);
    const refuse = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });
    for (const [at, one] of schema.columns.entries()) {
      const problem = wrongColumn(one);
      if (problem) refuse(["columns", at], `${JSON.stringify(one.name)} ${problem}`);
    }
    if (schema.label.task === "classification" && !schema.label.classes)
      refuse(["label", "classes"], "a classification has classes");
  });

export type TableSchema = Readonly<z.output<typeof tableSchema>>;
export type TableColumn = TableSchema["columns"][number];

/** What is wrong with what is known of a table, whatever its owner keeps. */
export function checkTable(
  {
    columns,
    label,
  }: {
    readonly columns: readonly Omit<z.output<typeof tableColumn>, "missing" | "optional">[];
    readonly label: z.output<typeof tableLabel>;
  },
  context: z.RefinementCtx,
): void {
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  const all = [...columns, label].flatMap((one) => [one.name, ...(one.aliases ?? [])]);
  const alike = all.map((one) => one.toLowerCase());
  const twice = all.find((_, at) => alike.indexOf(alike[at] ?? "") !== at);
  if (twice !== undefined) refuse(["columns"], `names ${JSON.stringify(twice)} twice`);
  if (!columns.some(({ role }) => role === "feature")) refuse(["columns"], "has no feature");
  for (const [at, one] of columns.entries()) {
    const problem = one.role === "feature" ? wrongValues(one) : undefined;
    if (problem) refuse(["columns", at], `${JSON.stringify(one.name)} ${problem}`);
  }
  const { task, classes, spellings: written, unit, range } = label;
  if (task === "regression" && (classes || written)) refuse(["label"], "a regression has no classes");
  if (task === "classification" && (unit || range))
    refuse(["label"], "a classification has no unit and no range");
  const misspelt = wrongSpellings(written, classes ?? []);
  if (misspelt) refuse(["label", "spellings"], misspelt);
}

/** What is wrong with what a feature says of its values, in words that follow its name. */
function wrongValues({
  type,
  categories,
  spellings: written,
  range,
}: Pick<z.output<typeof tableColumn>, "type" | "categories" | "spellings" | "range">): string | undefined {
  if (type === "text") return "is text, and a feature takes numbers, categories or dates";
  if (type !== "category" && (categories || written)) return `is a ${type}, and has no categories`;
  if (type === "category" && range) return "is a category, and has no range";
  if (range && (typeof range[0] === "number") !== (type === "number")) return `takes a range of ${type}s`;
  return wrongSpellings(written, categories ?? []);
}

/** What an agreed column lacks, or fills gaps by that cannot be, in words that follow its name. */
function wrongColumn(one: z.output<typeof tableColumn>): string | undefined {
  const { type, role, categories, missing, optional } = one;
  if (role !== "feature") return undefined;
  if (type === "category" && !categories) return "is a category, and lists none";
  if (type === "category" && missing !== undefined && missing !== "category")
    return 'takes "missing": "category"';
  if (type === "number" && typeof (missing ?? 0) !== "number" && missing !== "mean")
    return 'takes a number or mean for "missing"';
  if (type === "date" && (typeof (missing ?? "") !== "string" || missing === "category"))
    return 'takes a date or mean for "missing"';
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
