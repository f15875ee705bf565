import { datasetInvalid } from "../shared/errors.ts";
import { readCsvRecords } from "./csv-records.ts";
import type { NamedBytes } from "./pieces.ts";

/** A table as its file has it: text, cell by cell, trimmed. */
export interface Cells {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** @throws DatasetInvalid where it is no CSV, or has no line; the signal's reason */
export async function readCells(named: NamedBytes, signal?: AbortSignal): Promise<Cells> {
  const records: string[][] = [];
  await readCsvRecords(named, { take: (fields) => records.push(fields), invalid: datasetInvalid, signal });
  const [header, ...rows] = records;
  if (!header) throw datasetInvalid(`${named.label} is empty: CSV begins with a line of column names`);
  return { header, rows };
}
