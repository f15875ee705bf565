import { exampleInvalid, isNamed } from "../../shared/errors.ts";
import type { TableSchema } from "../../shared/schema/table-schema.ts";
import type { SaidDialect } from "../../tables/csv/dialect.ts";
import type { NamedBytes } from "../../tables/pieces.ts";
import { readTableBySchema } from "../../tables/table-by-schema.ts";
import type { Example } from "./example.ts";
import { idsByLine } from "./ids-by-line.ts";

export interface AskingBySchema {
  readonly csv?: SaidDialect | undefined;
  /** The column with the labels, where it is called otherwise than in the schema. */
  readonly label: string | undefined;
  /** Whether what the columns of ids have is to be known, too. */
  readonly withIds?: boolean | undefined;
  readonly say?: ((note: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The rows of a table as it comes, by the schema that its models were trained by: with ids, gaps, words and dates. It may
 * lack the labels.
 * @throws ExampleInvalid with all that is wrong; the signal's reason
 */
export async function examplesBySchema(
  named: NamedBytes,
  schema: TableSchema,
  { csv, label, withIds = false, say, signal }: AskingBySchema,
): Promise<Example[]> {
  const by = label === undefined ? schema : { ...schema, label: { ...schema.label, name: label } };
  const { examples, lines, labelled, notes } = await readTableBySchema(named, by, {
    said: csv,
    unlabelled: label === undefined,
    signal,
  }).catch((cause: unknown) => {
    if (isNamed(cause, "DatasetInvalid")) throw exampleInvalid(cause.message, { cause });
    throw cause;
  });
  for (const note of notes) say?.(note);
  const ids = withIds ? await idsByLine(named, schema, { csv, signal }) : undefined;
  const { x, y, features } = examples;
  return lines.map((line, at) => ({
    source: `${named.label}:${line}`,
    file: named.label,
    line,
    values: Float32Array.from(x.subarray(at * features, (at + 1) * features)),
    ...(labelled && { label: y[at] ?? 0 }),
    ...(ids && { ids: ids.get(line) ?? {} }),
  }));
}
