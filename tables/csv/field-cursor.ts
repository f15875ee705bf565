import { CsvFault } from "./csv-fault.ts";
import type { Dialect } from "./dialect.ts";
import { type TextOf, textOf } from "./encoding.ts";

export const quoteByte = 0x22;
export const lineFeed = 0x0a;
export const carriageReturn = 0x0d;

/** What bytes are as long as they are neither the delimiter nor a line's end. */
const blanks = [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d];

export interface CursorOptions {
  readonly dialect: Dialect;
  /** Whether the person named the encoding. */
  readonly encodingSaid: boolean;
  /** The byte that ends a line: a line feed, before which a carriage return is a blank, or a carriage return. */
  readonly lineEnd: number;
}

/** Goes through a buffer of whole lines field by field, as RFC 4180 has them, with blanks around them left out. */
export class FieldCursor {
  readonly delimiter: number;
  readonly lineEnd: number;
  readonly textOf: TextOf;
  readonly #isBlank = new Uint8Array(256);
  buffer: Buffer = Buffer.alloc(0);
  /** Behind the last line's end. */
  end = 0;
  /** Where the next field begins. */
  position = 0;
  /** That of the position, from 1. */
  line = 1;
  /** The field that was read last, whether it was quoted, and whether it is its record's last. */
  text = "";
  quoted = false;
  endsRecord = true;

  constructor({ dialect, encodingSaid, lineEnd }: CursorOptions) {
    this.delimiter = dialect.delimiter.charCodeAt(0);
    this.lineEnd = lineEnd;
    this.textOf = textOf(dialect.encoding, encodingSaid);
    for (const byte of blanks) this.#isBlank[byte] = byte === this.delimiter || byte === lineEnd ? 0 : 1;
  }

  enter(buffer: Buffer, end: number): void {
    this.buffer = buffer;
    this.end = end;
    this.position = 0;
  }

  /**
   * Reads a field.
   * @returns false where the buffer ends within its quotes
   * @throws CsvFault
   */
  next(): boolean {
    const from = this.#behindBlanks(this.position);
    return this.buffer[from] === quoteByte ? this.#quotedField(from + 1) : this.#plainField(from);
  }

  #plainField(from: number): true {
    const { buffer, delimiter, lineEnd } = this;
    let at = from;
    for (let byte = buffer[at]; byte !== delimiter && byte !== lineEnd; byte = buffer[++at]) {
      if (byte !== quoteByte) continue;
      throw new CsvFault(
        `is not CSV: line ${this.line} has a quote within a field that does not begin with one; quote the field, and double its quotes`,
      );
    }
    this.text = this.textOf(buffer, from, at).trim();
    return this.#ended(at, false);
  }

  #quotedField(from: number): boolean {
    const { buffer, end } = this;
    let at = from;
    let doubled = false;
    for (;;) {
      at = buffer.indexOf(quoteByte, at);
      if (at < 0 || at >= end) return false;
      if (buffer[at + 1] !== quoteByte) break;
      doubled = true;
      at += 2;
    }
    const text = this.textOf(buffer, from, at);
    const lines = lineEndsIn(buffer, from, at, this.lineEnd);
    const behind = this.#behindBlanks(at + 1);
    if (buffer[behind] !== this.delimiter && buffer[behind] !== this.lineEnd) {
      throw new CsvFault(
        `is not CSV: line ${this.line + lines} has more behind a closing quote; double the quotes within a quoted field`,
      );
    }
    this.line += lines;
    this.text = doubled ? text.replaceAll('""', '"') : text;
    return this.#ended(behind, true);
  }

  #ended(at: number, quoted: boolean): true {
    this.quoted = quoted;
    this.endsRecord = this.buffer[at] === this.lineEnd;
    this.position = at + 1;
    return true;
  }

  #behindBlanks(from: number): number {
    let at = from;
    while (this.#isBlank[this.buffer[at] as number] === 1) at++;
    return at;
  }
}

function lineEndsIn(buffer: Buffer, from: number, to: number, lineEnd: number): number {
  let lines = 0;
  for (let at = buffer.indexOf(lineEnd, from); at >= 0 && at < to; at = buffer.indexOf(lineEnd, at + 1))
    lines++;
  return lines;
}
