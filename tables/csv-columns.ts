import { ColumnScanner, type RowReader } from "./csv/columns.ts";
import type { Dialect } from "./csv/dialect.ts";
import { type Guess, type Scanned, type Scanning, scanCsv } from "./csv/scan.ts";
import type { NamedBytes, NamedFile } from "./pieces.ts";

/**
 * A table of CSV by columns: ten times as fast as its records, and the same numbers, to the bit.
 * @param start makes what reads it: twice where a file turns out not to be the UTF-8 that it began as
 * @throws what the scanning's invalid makes, what the reader throws, or the signal's reason
 */
export async function readCsvColumns(
  named: NamedBytes | NamedFile,
  scanning: Scanning,
  start: (dialect: Dialect, guess: Guess) => RowReader,
): Promise<Scanned> {
  let scanner: ColumnScanner | undefined;
  try {
    return await scanCsv(named, scanning, (dialect, guess) => {
      const own = new ColumnScanner(start(dialect, guess), dialect.decimal);
      scanner = own;
      return (cursor) => own.read(cursor);
    });
  } finally {
    // the rows before a fault, too: what is wrong with them is told together with it
    scanner?.finish();
  }
}
