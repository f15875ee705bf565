import { isDecimal } from "../shared/dataset/decimal.ts";
import type { ColumnEncoder, Encoded, Gaps } from "../shared/schema/encode.ts";
import type { Decimal } from "./csv/dialect.ts";
import { labelText, parseNumber, withPoint } from "./csv-number.ts";

/** Texts of a column whose values are remembered. */
const mostRemembered = 2 ** 12;

/** Told of what is wrong with a cell. */
export type Wrong = (line: number, problem: string) => void;

/** Where a file's rows become a model's input. */
export interface Rows {
  /** Rows x width, float32. */
  readonly x: Float32Array;
  readonly width: number;
}

/** A schema's column of numbers, from the numbers and strays that a file's columns are read into. */
export class NumberColumn {
  readonly #encoder: ColumnEncoder;
  readonly #decimal: Decimal;
  /** Where its features begin in a row. */
  readonly #offset: number;
  readonly #gaps: Gaps;

  constructor(encoder: ColumnEncoder, offset: number, decimal: Decimal, gaps: Gaps) {
    this.#encoder = encoder;
    this.#offset = offset;
    this.#decimal = decimal;
    this.#gaps = gaps;
  }

  /** Of a cell that is no plain number. @returns NaN, which takeAll makes a gap */
  stray(text: string, line: number, wrong: Wrong): number {
    // a point in a file of decimal commas may stand between thousands: it is refused, and no guess is made
    const open = isDecimal(text) && withPoint(text, this.#decimal) === "";
    const usual = withPoint(text, this.#decimal) || text;
    const encoded: Encoded = open
      ? { problem: String(parseNumber(text, this.#decimal)) }
      : this.#encoder.encode(usual);
    if ("problem" in encoded) wrong(line, encoded.problem);
    return Number.NaN;
  }

  /**
   * Takes one column of a block of rows.
   * @param from its place in the block's rows
   * @param first row of x that the block's first one is
   */
  takeAll(block: Block, from: number, { x, width }: Rows, first: number, wrong: Wrong): void {
    const { numbers, rows, columns } = block;
    const { absent, column, ranges } = this.#encoder;
    const [fill = 0] = "problem" in absent ? [] : absent;
    const told = column.missing !== undefined;
    const [lowest, highest] = ranges[0] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const some = this.#gaps.numbers.size > 0;
    let at = first * width + this.#offset;
    let cell = from;
    for (let row = 0; row < rows; row++) {
      const value = numbers[cell] as number;
      // NaN is within no bounds
      if (value >= lowest && value <= highest && !some) x[at] = value;
      else if (Number.isNaN(value)) {
        x[at] = fill;
        if (told) x[at + 1] = 1;
      } else this.#takeUnusual(value, x, at, (problem) => wrong(block.lines[row] ?? 0, problem));
      at += width;
      cell += columns;
    }
  }

  #takeUnusual(value: number, x: Float32Array, at: number, wrong: (problem: string) => void): void {
    const encoded = this.#encoder.encode(String(value));
    if ("problem" in encoded) wrong(encoded.problem);
    else x.set(encoded, at);
  }
}

/** Rows as ColumnScanner tells of them. */
export interface Block {
  readonly numbers: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly lines: Uint32Array;
}

/** A schema's column of categories or dates, from its cells' texts. */
export class TextColumn {
  readonly #encoder: ColumnEncoder;
  readonly #decimal: Decimal;
  readonly #offset: number;
  /** Which of a row's values is 1 where the category is another than the schema's; -1 of what is no category. */
  readonly #otherAt: number;
  readonly #remembered = new Map<string, Encoded>();
  /** Rows whose value is none of the categories. */
  others = 0;

  constructor(encoder: ColumnEncoder, offset: number, decimal: Decimal) {
    this.#encoder = encoder;
    this.#decimal = decimal;
    this.#offset = offset;
    this.#otherAt = encoder.column.type === "category" ? (encoder.column.categories?.length ?? 0) : -1;
  }

  take(text: string, line: number, { x, width }: Rows, row: number, wrong: Wrong): void {
    const encoded = this.#encoded(text);
    if ("problem" in encoded) {
      wrong(line, encoded.problem);
      return;
    }
    if (encoded[this.#otherAt] === 1) this.others++;
    const at = row * width + this.#offset;
    for (let i = 0; i < encoded.length; i++) x[at + i] = encoded[i] as number;
  }

  #encoded(text: string): Encoded {
    const known = this.#remembered.get(text);
    if (known) return known;
    // a category that is a number is the same one in a file of decimal commas
    const usual = this.#otherAt < 0 ? text : labelText(text, this.#decimal);
    const encoded = this.#encoder.encode(usual);
    if (this.#remembered.size < mostRemembered) this.#remembered.set(text, encoded);
    return encoded;
  }
}
