import { datasetInvalid } from "../shared/errors.ts";
import type { AskedOf } from "../shared/owners/desk.ts";
import { type Consent, type ToldColumn, type ToldSchema, toldSchema } from "../shared/owners/told-schema.ts";
import { problemsOf } from "../shared/problems-of.ts";
import type { TableColumn, TableSchema } from "../shared/schema/table-schema.ts";
import { type SurveyedTables, surveyTables } from "../tables/infer-table-schema.ts";
import type { NamedBytes } from "../tables/pieces.ts";
import { readTableBySchema } from "../tables/table-by-schema.ts";

/** Rows that each told category or class has at least: the values of a column of text are rows of somebody. */
const leastRowsOfValue = 10;

/** What leaves, and what its owner should know. */
export interface Telling {
  readonly schema: ToldSchema;
  readonly notes: readonly string[];
}

/**
 * The types and roles of a table's columns, which of them have gaps, and no cell of it but what the owner consents to: by what it
 * lets out, or by a schema that it has reviewed.
 * @throws DatasetInvalid with all that is wrong; the signal's reason
 */
export function tellSchema(table: NamedBytes, of: AskedOf, signal?: AbortSignal): Promise<Telling> {
  return "schema" in of ? tellReviewed(table, of.schema, signal) : tellSurveyed(table, of, signal);
}

async function tellSurveyed(
  table: NamedBytes,
  { label, ids, drop, features, tells }: Exclude<AskedOf, { readonly schema: unknown }>,
  signal: AbortSignal | undefined,
): Promise<Telling> {
  const surveyed = await surveyTables([{ owner: "this", file: table }], label, {
    roles: { id: ids, drop, feature: features },
    partial: true,
    signal,
  });
  const problems: string[] = [];
  const few = (what: Consent, of: string, values: readonly string[]) => {
    const rows = surveyed.rowsOf(of);
    for (const value of values) {
      const count = rows.get(value) ?? 0;
      if (count >= leastRowsOfValue) continue;
      problems.push(
        `--tell ${what}: ${JSON.stringify(value)} of ${JSON.stringify(of)} stands in ${count} of the rows, and a value of fewer than ` +
          `${leastRowsOfValue} tells of them; leave the option out, and agree upon the list by the coordinator's schema`,
      );
    }
  };
  const columns = surveyed.columns.map((column) => {
    if (tells.includes("categories") && column.categories) few("categories", column.name, column.categories);
    return toldColumnOf(column, surveyed, tells);
  });
  const { name, task, classes, spellings } = surveyed.label;
  const tellsClasses = tells.includes("classes") && classes !== undefined;
  if (tellsClasses && classes.length < 2)
    problems.push("--tell classes: there is but one class; leave the option out");
  if (tellsClasses) few("classes", name, classes);
  if (!columns.some(({ role }) => role === "feature"))
    problems.push("leaves no feature: every column is the label, an id or dropped");
  if (problems.length > 0)
    throw datasetInvalid(`${table.label} cannot be asked with:\n${problems.join("\n")}`);
  const range =
    tells.includes("ranges") && task === "regression" ? surveyed.rangeOf(name, "number") : undefined;
  const told = {
    format: 1,
    columns,
    label: {
      ...{ name, task },
      ...(tellsClasses && { classes, ...(spellings && { spellings }) }),
      ...(range && { range }),
    },
  };
  const parsed = toldSchema.safeParse(told);
  if (parsed.success) return { schema: parsed.data, notes: surveyed.notes };
  throw datasetInvalid(`${table.label} cannot be asked with: ${problemsOf(parsed.error)}`);
}

function toldColumnOf(
  { name, type, role, categories, spellings, missing }: TableColumn,
  surveyed: SurveyedTables,
  tells: readonly Consent[],
): ToldColumn {
  if (role !== "feature") return { name, type, role };
  const range =
    tells.includes("ranges") && (type === "number" || type === "date")
      ? surveyed.rangeOf(name, type)
      : undefined;
  return {
    ...{ name, type, role },
    ...(range && { range }),
    ...(tells.includes("categories") && categories && { categories, ...(spellings && { spellings }) }),
    ...(missing !== undefined && { gaps: true }),
  };
}

/** The table must fit the schema, whose lists and ranges leave as they stand in it. */
async function tellReviewed(
  table: NamedBytes,
  schema: TableSchema,
  signal: AbortSignal | undefined,
): Promise<Telling> {
  const { notes } = await readTableBySchema(table, schema, { signal });
  const columns = schema.columns.map(({ missing, optional: _, aliases: __, ...column }) => ({
    ...column,
    ...(column.role === "feature" && missing !== undefined && { gaps: true as const }),
  }));
  const { aliases: _, ...label } = schema.label;
  return { schema: { format: 1, columns, label }, notes };
}
