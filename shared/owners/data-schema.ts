import * as z from "zod";

/** Columns of a table: a model has no more features. */
const mostColumns = 10_000;
const mostClasses = 1_000;

const columnName = z.string().min(1).max(200);

/** Examples are float32, and so is the deviation of a range. */
const bound = z
  .number()
  .min(-(10 ** 38))
  .max(10 ** 38);

const column = z.strictObject({
  name: columnName.describe("As the header of every owner's file has it."),
  type: z
    .enum(["number", "text"])
    .default("number")
    .describe("number: decimals; text: anything, never read."),
  unit: z.string().min(1).max(40).optional().describe("What the numbers count, for people."),
  range: z
    .tuple([bound, bound])
    .refine(([lowest, highest]) => lowest < highest, "takes a lowest value and a larger highest one")
    .optional()
    .describe("Lowest and highest value that can be right; others are refused at the owner's."),
  role: z
    .enum(["feature", "id", "drop"])
    .default("feature")
    .describe("feature: the model sees it; id and drop: it stays unread."),
});

const classes = z
  .array(z.string().min(1).max(200))
  .min(2)
  .max(mostClasses)
  .refine((names) => new Set(names).size === names.length, "repeats a class");

const label = z.strictObject({
  name: columnName.describe("The column that is to be predicted."),
  task: z.literal("classification").describe("What is asked of the model."),
  classes: classes.describe("In the order of the model's outputs."),
});

const columns = z.array(column).min(1).max(mostColumns);

/** What an owner tells of its table before anything is agreed upon: classes are values of rows, and take consent. */
export const toldSchema = z
  .strictObject({
    format: z.literal(1),
    columns,
    label: label.extend({ classes: classes.optional() }),
  })
  .superRefine(checkColumns);

export type ToldSchema = Readonly<z.output<typeof toldSchema>>;

/**
 * What every owner's table is like: the file that a federation agrees upon. The features' order is the model's. What is not
 * named here may stand in a file and is not read.
 */
export const dataSchema = z.strictObject({ format: z.literal(1), columns, label }).superRefine(checkColumns);

export type DataSchema = Readonly<z.output<typeof dataSchema>>;
export type Column = DataSchema["columns"][number];

/** What the model sees, in its order. */
export function featuresOf({ columns }: Pick<DataSchema, "columns">): Column[] {
  return columns.filter(({ role }) => role === "feature");
}

function checkColumns(
  {
    columns,
    label,
  }: { readonly columns: readonly z.output<typeof column>[]; readonly label: { readonly name: string } },
  context: z.RefinementCtx,
): void {
  const names = [label.name, ...columns.map(({ name }) => name)];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  const refuse = (message: string) => context.addIssue({ code: "custom", path: ["columns"], message });
  if (twice !== undefined) refuse(`names ${JSON.stringify(twice)} twice`);
  if (!columns.some(({ role }) => role === "feature")) refuse("has no feature");
  const unread = columns.find(({ role, type }) => role === "feature" && type === "text");
  if (unread) refuse(`${JSON.stringify(unread.name)} is text, and a feature takes numbers`);
}
