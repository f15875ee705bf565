import { CsvFault } from "./csv-fault.ts";

/** Bytes of one record: a quote that nobody closes would hold the rest of the file. */
export const mostOfRecord = 2 ** 26;

export interface LineReader {
  /** The line at which it stands, from 1. */
  readonly line: number;
  /** Reads whole lines. @returns where the first record begins that is not whole, or the end */
  read(buffer: Buffer, end: number): number;
}

/**
 * Gives a reader buffers that end with a line's end, and again what it could not read, once there is twice as much.
 * @throws CsvFault where a record does not end, and what the reader throws
 */
export async function readWholeLines(
  pieces: AsyncIterable<Uint8Array>,
  lineEnd: number,
  reader: LineReader,
): Promise<void> {
  let buffer = Buffer.allocUnsafe(2 ** 19);
  let filled = 0;
  let needed = 0;
  for await (const piece of pieces) {
    if (filled + piece.length + 1 > buffer.length) {
      const larger = Buffer.allocUnsafe(2 * (filled + piece.length + 1));
      buffer.copy(larger, 0, 0, filled);
      buffer = larger;
    }
    buffer.set(piece, filled);
    filled += piece.length;
    if (filled < needed) continue;
    const end = buffer.subarray(0, filled).lastIndexOf(lineEnd) + 1;
    const read = end === 0 ? 0 : reader.read(buffer, end);
    needed = read < end || end === 0 ? 2 * (filled - read) : 0;
    buffer.copyWithin(0, read, filled);
    filled -= read;
    if (filled > mostOfRecord) throw endless(reader.line);
  }
  if (filled === 0) return;
  if (buffer[filled - 1] !== lineEnd) buffer[filled++] = lineEnd;
  if (reader.read(buffer, filled) < filled) {
    throw new CsvFault(
      `is not CSV: a quote that opens in line ${reader.line} or in its record is not closed`,
    );
  }
}

function endless(line: number): CsvFault {
  return new CsvFault(
    `is not CSV: the record that begins in line ${line} has more than ${mostOfRecord / 2 ** 20} MB: a quote may not be closed`,
  );
}
