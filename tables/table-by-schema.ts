import type { Examples } from "../shared/dataset/examples.ts";
import { datasetInvalid } from "../shared/errors.ts";
import type { TableSchema } from "../shared/schema/table-schema.ts";
import type { SaidDialect } from "./csv/dialect.ts";
import { readCsvColumns } from "./csv-columns.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";
import { Problems } from "./problems.ts";
import { SchemaRows } from "./schema-rows.ts";

export interface TableReading {
  /** What the person says of how the file is written. */
  readonly said?: SaidDialect | undefined;
  /** Whether the file may lack the column that is to be predicted, as one that a model is asked about. */
  readonly unlabelled?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadTable {
  /** Of a file without labels y is empty. */
  readonly examples: Examples;
  /** Line of each example in the file. */
  readonly lines: readonly number[];
  readonly labelled: boolean;
  /** What the file's user should know of how it was read. */
  readonly notes: readonly string[];
}

/**
 * The examples of a CSV file as a schema has them: float32, in the file's order, their features as encodedFeatures names
 * them; the targets are classes, or float32 where a number is to be predicted.
 * @throws DatasetInvalid with all that is wrong, by line and column; the signal's reason
 */
export async function readTableBySchema(
  named: NamedBytes | NamedFile,
  schema: TableSchema,
  { said = {}, unlabelled = false, signal }: TableReading = {},
): Promise<ReadTable> {
  let problems = new Problems(named.label);
  let rows: SchemaRows | undefined;
  let notes: readonly string[] = [];
  const reading = readCsvColumns(
    named,
    { said, invalid: datasetInvalid, signal },
    ({ decimal }, { lines }) => {
      // what was read of the file otherwise counts for nothing
      problems = new Problems(named.label);
      rows = new SchemaRows(named.label, { schema, decimal, unlabelled, expected: lines }, problems);
      return rows;
    },
  );
  const [tried] = await Promise.allSettled([reading]);
  const whole = await problems.read(async () => {
    if (tried.status === "rejected") throw tried.reason;
    notes = tried.value.notes;
  });
  if (whole && !rows?.any) problems.add(empty);
  problems.throwIfAny("does not fit the schema");
  if (!rows) throw datasetInvalid(`${named.label} ${empty}`);
  return {
    examples: rows.examples(),
    lines: rows.lines,
    labelled: rows.labelled,
    notes: [...notes, ...rows.notes()],
  };
}

const empty = "holds no rows: a header, then at least one row, are a table";
