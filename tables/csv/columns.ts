import { isDecimal } from "../../shared/dataset/decimal.ts";
import { withPoint } from "../csv-number.ts";
import { decimalOf, exactDigits, exactPowers } from "./decimal-bytes.ts";
import type { Decimal } from "./dialect.ts";
import { carriageReturn, type FieldCursor, quoteByte } from "./field-cursor.ts";
import { InternedText } from "./interned-text.ts";
import { oneRecord } from "./records.ts";

/** Numbers go into float64 without a string for each, text is given as it stands, what is skipped is gone over. */
export type ColumnKind = "number" | "text" | "skip";

/** What is made of a table, row by row. */
export interface RowReader {
  /** Told of the first record. @returns what each column is */
  columns(header: readonly string[], line: number): readonly ColumnKind[];
  /** Whether a whole number with zeros before it is told as a stray: a code is no amount. */
  readonly codesAreStray?: boolean;
  /** Whether the first record is a row, too: asked for once its columns are known. */
  readonly headless?: boolean;
  /** Told of a row that has another number of fields than the header: unless it throws, the row is left out. */
  uneven(fields: number, line: number): void;
  /**
   * Told of a cell of a number column that is no number of float32's range, before its row's texts are.
   * @param texts the text columns' cells of the row
   * @returns what stands in its place
   */
  stray(text: string, line: number, column: number, texts: readonly string[]): number;
  /** Told of the text columns' cells of each row, where there are such columns; valid until it returns. */
  texts(cells: readonly string[], line: number): void;
  /**
   * Told of some rows' numbers, row after row, in the header's order, after the rows' strays and texts; valid until it
   * returns.
   * @param lines in which the rows end
   */
  numbers(block: Float64Array, rows: number, lines: Uint32Array): void;
}

/** Numbers that are handed over at once: what whoever takes them column by column has in a core's second cache. */
const blockNumbers = 2 ** 14;
const [minus, plus, blank, zero] = [0x2d, 0x2b, 0x20, 0x30];
/** From here on a number is infinite as float32: half a step above its largest. */
const beyondFloat32 = 2 ** 128 - 2 ** 103;

/** A cell of a number column that is none, and where in the block its number would stand. */
interface StrayCell {
  readonly text: string;
  readonly column: number;
  readonly at: number;
}

/**
 * Goes through a table of CSV by columns. Most rows are read from their bytes in one go; one with a quote, a line's end or a
 * number of fields that is unusual is read again as text, which is what decides.
 */
export class ColumnScanner {
  readonly #reader: RowReader;
  readonly #decimal: Decimal;
  readonly #point: number;
  readonly #codesAreStray: boolean;
  #kinds: readonly ColumnKind[] | undefined;
  #isNumber = new Uint8Array();
  #block = new Float64Array();
  #numbers = 0;
  #filled = 0;
  #rows = 0;
  /** Of the block's rows. */
  #lines = new Uint32Array();
  /** The text cells of the row that is read, and those that should be numbers. */
  readonly #texts: string[] = [];
  readonly #strays: StrayCell[] = [];
  readonly #interned = new InternedText();
  /** Behind the number that was read last. */
  #behind = 0;
  /** The cell that was read last as text. */
  #cell = "";

  constructor(reader: RowReader, decimal: Decimal) {
    this.#reader = reader;
    this.#decimal = decimal;
    this.#point = decimal.charCodeAt(0);
    this.#codesAreStray = reader.codesAreStray ?? false;
  }

  /** Reads the whole records in the cursor's buffer. @returns where the first begins that is not whole, or the end */
  read(cursor: FieldCursor): number {
    while (cursor.position < cursor.end) {
      const { position, line } = cursor;
      const behind = this.#kinds ? this.#plainRow(cursor, this.#kinds) : -1;
      if (behind >= 0) {
        cursor.position = behind;
        this.#finishRow(line);
        cursor.line++;
      } else if (!this.#anyRecord(cursor)) {
        cursor.line = line;
        return position;
      }
    }
    return cursor.position;
  }

  /** Hands over the rows that are left. */
  finish(): void {
    if (this.#rows > 0) this.#tellNumbers();
    this.#filled = 0;
    this.#rows = 0;
  }

  #tellNumbers(): void {
    this.#reader.numbers(this.#block.subarray(0, this.#filled), this.#rows, this.#lines);
  }

  /** A record of any kind. @returns false where the buffer ends within it */
  #anyRecord(cursor: FieldCursor): boolean {
    const fields = oneRecord(cursor);
    if (!fields) return false;
    const line = cursor.line++;
    if (fields.length === 1 && fields[0] === "" && !cursor.quoted) return true;
    if (!this.#kinds) this.#begin(fields, line);
    else if (fields.length !== this.#kinds.length) this.#reader.uneven(fields.length, line);
    else this.#textRow(fields, line, this.#kinds);
    return true;
  }

  #begin(fields: readonly string[], line: number): void {
    const kinds = this.#reader.columns(fields, line);
    this.#kinds = kinds;
    this.#isNumber = Uint8Array.from(kinds, (kind) => (kind === "number" ? 1 : 0));
    this.#numbers = this.#isNumber.reduce((sum, one) => sum + one, 0);
    const rows = Math.max(1, Math.floor(blockNumbers / Math.max(1, this.#numbers)));
    this.#block = new Float64Array(rows * this.#numbers);
    this.#lines = new Uint32Array(rows);
    if (this.#reader.headless) this.#textRow(fields, line, kinds);
  }

  #textRow(fields: readonly string[], line: number, kinds: readonly ColumnKind[]): void {
    this.#texts.length = 0;
    this.#strays.length = 0;
    let filled = this.#filled;
    for (const [column, text] of fields.entries()) {
      if (kinds[column] === "text") this.#texts.push(text);
      if (kinds[column] !== "number") continue;
      this.#block[filled] = this.#numberOf(text, column, filled);
      filled++;
    }
    this.#finishRow(line);
  }

  /** @returns NaN of a cell that is none, which is told once its row is read */
  #numberOf(text: string, column: number, at: number): number {
    const usual = withPoint(text, this.#decimal);
    const value = isDecimal(usual) ? Number(usual) : Number.NaN;
    const code = this.#codesAreStray && /^0\d+$/.test(text);
    if (Number.isFinite(Math.fround(value)) && !code) return value;
    this.#strays.push({ text, column, at });
    return Number.NaN;
  }

  #finishRow(line: number): void {
    for (const { text, column, at } of this.#strays) {
      this.#block[at] = this.#reader.stray(text, line, column, this.#texts);
    }
    this.#filled += this.#numbers;
    this.#lines[this.#rows++] = line;
    if (this.#texts.length > 0) this.#reader.texts(this.#texts, line);
    if (this.#rows === this.#lines.length) this.finish();
  }

  /**
   * A row of as many fields as the header, whose numbers are plain and whose texts have no line ends and no doubled
   * quotes. @returns where it ends, or -1 where it is none
   */
  #plainRow(cursor: FieldCursor, kinds: readonly ColumnKind[]): number {
    const { length: width } = kinds;
    const { buffer, delimiter, lineEnd, position } = cursor;
    const block = this.#block;
    const isNumber = this.#isNumber;
    const separator = delimiter - zero;
    const last = width - 1;
    const point = this.#point - zero;
    const codesAreStray = this.#codesAreStray;
    let at = position;
    let filled = this.#filled;
    this.#texts.length = 0;
    this.#strays.length = 0;
    for (let column = 0; ; column++) {
      if (isNumber[column] === 1) {
        // digits and nothing else, before another cell: what tables of counts and pixels are made of
        let [behind, whole] = [at, 0];
        let here = (buffer[at] as number) - zero;
        while (here >= 0 && here <= 9) {
          whole = 10 * whole + here;
          here = (buffer[++behind] as number) - zero;
        }
        const digitsHere = behind - at;
        const isCode = codesAreStray && digitsHere > 1 && buffer[at] === zero;
        if (here === separator && digitsHere > 0 && digitsHere <= exactDigits && column < last && !isCode) {
          block[filled++] = whole;
          at = behind + 1;
          continue;
        }
        while (buffer[at] === blank) at++;
        const from = at;
        const sign = buffer[at];
        if (sign === minus || sign === plus) at++;
        let first = at;
        let code = false;
        let digit = (buffer[at] as number) - zero;
        let value = 0;
        while (digit >= 0 && digit <= 9) {
          value = 10 * value + digit;
          digit = (buffer[++at] as number) - zero;
        }
        let digits = at - first;
        if (digit === point) {
          first = ++at;
          digit = (buffer[at] as number) - zero;
          while (digit >= 0 && digit <= 9) {
            value = 10 * value + digit;
            digit = (buffer[++at] as number) - zero;
          }
          const scale = at - first;
          digits += scale;
          if (digits <= exactDigits) value /= exactPowers[scale] as number;
        } else if (codesAreStray && buffer[first] === zero && digits > 1) code = true;
        const next = digit + zero;
        const ends = next === delimiter || next === lineEnd || next === carriageReturn;
        if (digits > 0 && digits <= exactDigits && ends && !code) {
          block[filled++] = sign === minus ? -value : value;
        } else {
          const many = digits > exactDigits && ends;
          // of what may be a code, quoted or not, the text decides
          const open = codesAreStray && (code || !many);
          const other = open
            ? Number.NaN
            : many
              ? decimalOf(buffer, from, at, this.#point)
              : this.#otherNumber(cursor, from);
          if (Math.abs(other) < beyondFloat32) {
            block[filled++] = other;
            if (!many) at = this.#behind;
          } else {
            at = this.#plainText(cursor, from, true);
            if (at < 0) return -1;
            block[filled] = this.#numberOf(this.#cell, column, filled);
            filled++;
          }
        }
      } else {
        const wanted = kinds[column] === "text";
        at = this.#plainText(cursor, at, wanted);
        if (at < 0) return -1;
        if (wanted) this.#texts.push(this.#cell);
      }
      const end = buffer[at++];
      if (end === delimiter) {
        if (column + 1 === width) return -1;
        continue;
      }
      if (column + 1 !== width) return -1;
      if (end === lineEnd) return at;
      return end === carriageReturn && buffer[at] === lineEnd ? at + 1 : -1;
    }
  }

  /** A number with an exponent, many digits, quotes or blanks behind it; NaN where it is none. */
  #otherNumber({ buffer, delimiter, lineEnd }: FieldCursor, begin: number): number {
    const quoted = buffer[begin] === quoteByte;
    const from = quoted ? begin + 1 : begin;
    let to = from;
    let byte = buffer[to];
    while (byte !== quoteByte && byte !== delimiter && byte !== lineEnd && byte !== carriageReturn)
      byte = buffer[++to];
    if ((byte === quoteByte) !== quoted) return Number.NaN;
    this.#behind = quoted ? to + 1 : to;
    if (!quoted) while (to > from && buffer[to - 1] === blank) to--;
    return decimalOf(buffer, from, to, this.#point);
  }

  /**
   * Goes over a cell, and keeps its text where that is wanted.
   * @returns where the cell ends, or -1 where it is not plain
   */
  #plainText(cursor: FieldCursor, begin: number, wanted: boolean): number {
    const { buffer, delimiter, lineEnd } = cursor;
    const quoted = buffer[begin] === quoteByte;
    const from = quoted ? begin + 1 : begin;
    let at = from;
    let byte = buffer[at];
    while (byte !== quoteByte && byte !== lineEnd && (quoted || byte !== delimiter)) byte = buffer[++at];
    if ((byte === quoteByte) !== quoted || (quoted && buffer[at + 1] === quoteByte)) return -1;
    const ends = !quoted && byte === lineEnd && at > from && buffer[at - 1] === carriageReturn ? at - 1 : at;
    if (wanted) {
      const text = this.#interned.of(cursor, from, ends);
      this.#cell = quoted ? text : text.trim();
    }
    return quoted ? at + 1 : ends;
  }
}
