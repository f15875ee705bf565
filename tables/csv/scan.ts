import { isAscii, isUtf8 } from "node:buffer";
import type { InputError } from "../../shared/errors.ts";
import { type NamedBytes, type NamedFile, piecesOf, sizeOf } from "../pieces.ts";
import { type BadLine, badLineFault, firstBadLine, wideFault } from "../utf8.ts";
import { CsvFault, NotUtf8 } from "./csv-fault.ts";
import { type Dialect, dialectText, type SaidDialect } from "./dialect.ts";
import { asciiPieces, encodingOf } from "./encoding.ts";
import { carriageReturn, FieldCursor, lineFeed } from "./field-cursor.ts";
import { findLayout, type Sample } from "./find-dialect.ts";
import { refuseOtherKind } from "./other-kind.ts";
import { mostOfRecord, readWholeLines } from "./whole-lines.ts";

/** Bytes of a file by which its dialect is found. */
const sampleBytes = 2 ** 18;
const fewestLines = 4;

export interface Scanning {
  /** What the person says of the dialect; the rest is found out. */
  readonly said: SaidDialect;
  /** What a file that is not CSV is refused by. */
  readonly invalid: (message: string, options?: ErrorOptions) => InputError;
  readonly signal?: AbortSignal | undefined;
}

export interface Scanned {
  readonly dialect: Dialect;
  /** What its user should know of it: nothing of RFC 4180 in UTF-8. */
  readonly notes: readonly string[];
}

/** Reads the whole lines that stand in the cursor's buffer. @returns as wholeRecords does */
export type CursorReader = (cursor: FieldCursor) => number;

/** What a file may hold, so that room is made for it once: a guess by its beginning. */
export interface Guess {
  readonly lines: number;
  /** No more than can be. */
  readonly cells: number;
}

/** Makes what reads a file. */
export type StartReader = (dialect: Dialect, guess: Guess) => CursorReader;

/**
 * Goes through a file of CSV once its dialect is known, buffer by buffer.
 * @param start makes what reads it: twice where a file turns out not to be the UTF-8 that it began as
 * @throws what invalid makes, what the reader throws, or the signal's reason
 */
export async function scanCsv(
  named: NamedBytes | NamedFile,
  scanning: Scanning,
  start: StartReader,
): Promise<Scanned> {
  const { label } = named;
  try {
    return await scanned(named, scanning, start);
  } catch (error) {
    if (!(error instanceof CsvFault)) throw error;
    throw scanning.invalid(`${label} ${error.message}`, { cause: error });
  }
}

async function scanned(
  named: NamedBytes | NamedFile,
  { said, signal }: Scanning,
  start: StartReader,
): Promise<Scanned> {
  try {
    const dialect = await readOnce(named, said, signal, start);
    const text = dialectText(dialect);
    return { dialect, notes: text === "" ? [] : [`${named.label}: ${text}`] };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const { line, text } = error.bad;
    const dialect = await readOnce(
      named,
      { ...said, encoding: "windows-1252" },
      signal,
      start,
      !!said.encoding,
    );
    return {
      dialect,
      notes: [
        `${named.label}: ${dialectText(dialect)}, since line ${line} is no UTF-8: there it says ${JSON.stringify(text)}`,
      ],
    };
  }
}

async function readOnce(
  named: NamedBytes | NamedFile,
  said: SaidDialect,
  signal: AbortSignal | undefined,
  start: StartReader,
  encodingSaid = said.encoding !== undefined,
): Promise<Dialect> {
  const raw = await sampleOf(piecesOf(named, signal));
  refuseOtherKind(raw.bytes);
  const fault = said.encoding === "utf-8" ? wideFault(raw.bytes) : undefined;
  if (fault !== undefined) throw new CsvFault(fault);
  const encoding = said.encoding ?? encodingOf(raw.bytes);
  const sample = await sampleOf(asciiPieces(piecesOf(named, signal), encoding));
  const { lineEnd, ...layout } = findLayout(sample, encoding, said);
  const dialect = { encoding, ...layout };
  const cursor = new FieldCursor({ dialect, encodingSaid, lineEnd });
  const read = start(dialect, guess(sample, await sizeOf(named), raw.bytes.length, lineEnd));
  const check = encoding === "utf-8" ? utf8Check(encodingSaid) : () => {};
  await readWholeLines(asciiPieces(piecesOf(named, signal), encoding), lineEnd, {
    get line() {
      return cursor.line;
    },
    read: (buffer, end) => {
      check(buffer.subarray(0, end), cursor.line);
      cursor.enter(buffer, end);
      return read(cursor);
    },
  });
  return dialect;
}

/** The file's beginning: some lines at least, however long they are. */
async function sampleOf(pieces: AsyncIterable<Uint8Array>): Promise<Sample> {
  const taken: Uint8Array[] = [];
  let size = 0;
  let lines = 0;
  for await (const piece of pieces) {
    const enough = size >= sampleBytes && lines >= fewestLines;
    if (enough || size > mostOfRecord) return { bytes: Buffer.concat(taken), whole: false };
    taken.push(Uint8Array.from(piece));
    size += piece.length;
    for (let at = 0; at < piece.length && lines < fewestLines; at++) {
      if (piece[at] === lineFeed || piece[at] === carriageReturn) lines++;
    }
  }
  return { bytes: Buffer.concat(taken), whole: true };
}

function guess({ bytes }: Sample, size: number | undefined, sampled: number, lineEnd: number): Guess {
  if (size === undefined || sampled === 0) return { lines: 0, cells: 0 };
  let lines = 0;
  for (const byte of bytes) if (byte === lineEnd) lines++;
  // lines that are a little longer in the beginning cost no second allocation
  return { lines: Math.ceil((1.02 * lines * size) / sampled), cells: Math.ceil(size / 2) };
}

/** Whether lines are UTF-8, however many come. */
function utf8Check(encodingSaid: boolean): (lines: Buffer, firstLine: number) => void {
  let letters = false;
  return (lines, firstLine) => {
    if (isUtf8(lines)) {
      letters ||= !isAscii(lines);
      return;
    }
    const found = firstBadLine(lines);
    const bad: BadLine = { ...found, line: firstLine + found.line - 1 };
    // letters that are UTF-8 by chance are rare: a file that has them is damaged
    if (encodingSaid || letters || !isAscii(lines.subarray(0, found.from)))
      throw new CsvFault(badLineFault(bad));
    throw new NotUtf8(bad);
  };
}
