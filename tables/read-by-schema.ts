import type { Examples } from "../shared/dataset/examples.ts";
import type { TableSchema } from "../shared/schema/table-schema.ts";
import type { NamedBytes } from "./pieces.ts";
import { readTableBySchema } from "./table-by-schema.ts";

/**
 * The examples of an owner's table, by the schema that was agreed upon: the same bits that the pooled data set of a simulated
 * run has of that file.
 * @throws DatasetInvalid with all that is wrong, by line and column; the signal's reason
 */
export async function readBySchema(
  named: NamedBytes,
  schema: TableSchema,
  signal?: AbortSignal,
): Promise<Examples> {
  return (await readTableBySchema(named, schema, { signal })).examples;
}
