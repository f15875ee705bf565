import type { Dataset } from "../../shared/dataset/dataset.ts";
import { isNamed } from "../../shared/errors.ts";
import { inferTableSchema } from "../../tables/infer-table-schema.ts";
import { NoTable } from "./no-table.ts";
import { openBySchema, type TablesAt, tableFiles } from "./open-by-schema.ts";
import type { TableOptions } from "./open-tables.ts";
import type { PooledTables } from "./pool-tables.ts";

type NotedDataset = Dataset & Pick<PooledTables, "notes">;

/**
 * Tables of nothing but numbers as they stand; others, and those with ids, by the schema that is inferred of them, which the
 * notes tell of.
 * @param plain reads them as they stand
 * @throws DatasetInvalid with all that is wrong with all files
 */
export async function orInferred(
  at: TablesAt,
  options: TableOptions,
  plain: () => Promise<PooledTables>,
): Promise<NotedDataset> {
  let refusal: unknown;
  const pooled = await plain().catch((error: unknown) => {
    if (!isNamed(error, "DatasetInvalid")) throw error;
    if (error instanceof NoTable) throw error;
    refusal = error;
    return undefined;
  });
  if (pooled && !pooled.hasIds) return { ...pooled.dataset, notes: pooled.notes };
  const inferred = await inferredOf(at, options).catch((error: unknown) => {
    if (!isNamed(error, "DatasetInvalid")) throw error;
    // of several problems there is a list, where readers of numbers end at the first
    if (!pooled && error.message.includes("\n")) throw error;
    return undefined;
  });
  if (inferred) return inferred;
  if (!pooled) throw refusal;
  return { ...pooled.dataset, notes: pooled.notes };
}

/** Undefined where nothing can be inferred: of other files than CSV, without a label, or of classes that are said already. */
async function inferredOf(
  at: TablesAt,
  { label, classes, csv, numbers, signal }: TableOptions,
): Promise<NotedDataset | undefined> {
  if (label === undefined || classes) return undefined;
  const files = await tableFiles(at).catch((error: unknown) => {
    if (isNamed(error, "DatasetInvalid")) return undefined;
    throw error;
  });
  if (!files) return undefined;
  const { schema, notes } = await inferTableSchema(files, label, { said: csv, numbers, signal });
  const opened = await openBySchema(at, schema, { csv, signal });
  const told =
    "the tables have more than numbers: they are read by a schema that was inferred, which is left with the run's result as " +
    "schema.json; to change it, take fedstep schema infer, and give it by --schema";
  return { ...opened, notes: [told, ...new Set([...notes, ...opened.notes])] };
}
