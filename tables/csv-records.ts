import type { InputError } from "../shared/errors.ts";
import { type Dialect, plainDialect, type SaidDialect } from "./csv/dialect.ts";
import { wholeRecords } from "./csv/records.ts";
import { type Scanned, scanCsv } from "./csv/scan.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";

export interface CsvReading {
  /** Told of every record in turn; lines count from 1, as editors do. */
  readonly take: (fields: string[], line: number) => void;
  /** Told before the first record, and again before the same records where the file turns out to be read otherwise. */
  readonly begin?: (dialect: Dialect) => void;
  /** What a file that is not CSV is refused by. */
  readonly invalid: (message: string, options?: ErrorOptions) => InputError;
  /** What is known of how the file is written, the rest being found out; by itself RFC 4180 in UTF-8, and no other. */
  readonly said?: SaidDialect;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The records of a file of CSV, as text. None is kept here: a file may hold many more than fit into memory as strings.
 * @throws what invalid makes, what take throws, or the signal's reason
 */
export function readCsvRecords(
  named: NamedBytes | NamedFile,
  { take, begin, said = plainDialect, ...reading }: CsvReading,
): Promise<Scanned> {
  return scanCsv(named, { said, ...reading }, (dialect) => {
    begin?.(dialect);
    return (cursor) => wholeRecords(cursor, take);
  });
}
