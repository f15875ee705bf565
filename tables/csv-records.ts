import { pipeline } from "node:stream/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CsvError, parse } from "csv-parse";
import type { InputError } from "../shared/errors.ts";
import { utf8Fault } from "./utf8.ts";

export interface NamedBytes {
  /** How messages call the file. */
  readonly label: string;
  readonly bytes: Uint8Array;
}

export interface CsvReading {
  /** Told of every record in turn; lines count from 1, as editors do. */
  readonly take: (fields: string[], line: number) => void;
  /** What a file that is not CSV is refused by. */
  readonly invalid: (message: string, options?: ErrorOptions) => InputError;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes read between two looks at what else has happened: some 25 ms. */
const pieceBytes = 2 ** 18;

/**
 * The records of CSV as RFC 4180 has it, in UTF-8. None is kept here: a file may hold many more than fit into memory as
 * strings.
 * @throws what invalid makes, what take throws, or the signal's reason
 */
export async function readCsvRecords({ label, bytes }: NamedBytes, reading: CsvReading): Promise<void> {
  const { take, invalid, signal } = reading;
  const fault = utf8Fault(bytes);
  if (fault) throw invalid(`${label} ${fault}`);
  const parser = parse({
    bom: true,
    trim: true,
    skip_empty_lines: true,
    // counted by the reader, who knows how many there should be
    relax_column_count: true,
    on_record: (fields: string[], { lines }) => {
      take(fields, lines);
      return null;
    },
  });
  try {
    // what is never read out, since there is nothing, would never end
    await pipeline(piecesOf(bytes, signal), parser.resume());
  } catch (error) {
    if (error instanceof CsvError) throw invalid(`${label} is not CSV: ${error.message}`, { cause: error });
    throw error;
  }
}

/** A signal of the person's is heard between two of them, and by nobody while one is parsed. */
async function* piecesOf(bytes: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    await nextTurn();
    signal?.throwIfAborted();
    yield bytes.subarray(at, at + pieceBytes);
  }
}
