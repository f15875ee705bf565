import { isDecimal, isWhole } from "../../shared/dataset/decimal.ts";
import { daysOf } from "../../shared/schema/encode.ts";
import { isOddNumber } from "../../shared/schema/number-problem.ts";
import { usualGaps } from "../../shared/schema/table-schema.ts";
import { ColumnSurveyor } from "../column-survey.ts";
import type { Decimal } from "../csv/dialect.ts";
import { withPoint } from "../csv-number.ts";

/** Different texts of a column that are kept. */
export const mostKept = 1_000;
/** Cells of a kind whose places are kept: as many as a message shows of a file. */
const mostPlaces = 20;

/** What a cell is that is no gap. */
export type CellKind = "number" | "code" | "oddNumber" | "date" | "oddDate" | "word";

export interface PlacedCell {
  readonly text: string;
  readonly line: number;
}

/** What is found of one column of one file. */
export class Cells {
  readonly #decimal: Decimal;
  readonly #surveyor = new ColumnSurveyor(0);
  readonly #seen = new Set<string>();
  readonly #gaps: ReadonlySet<string> = new Set(usualGaps);
  rows = 0;
  gaps = 0;
  fractions = 0;
  /** Lowest and highest of the numbers that were told as text, and of the dates in days since 1970. */
  readonly #ends: { number?: readonly [number, number]; date?: readonly [number, number] } = {};
  readonly count: Record<CellKind, number> = {
    number: 0,
    code: 0,
    oddNumber: 0,
    date: 0,
    oddDate: 0,
    word: 0,
  };
  /** The first cells of each kind but numbers that were told as such, and the first gaps. */
  readonly first: Record<CellKind | "gap", PlacedCell[]> = {
    ...{ number: [], code: [], oddNumber: [], date: [], oddDate: [], word: [], gap: [] },
  };
  /** Rows by text, without the numbers that were told as such; undefined once there are too many. */
  texts: Map<string, number> | undefined = new Map();
  #uniqueTexts = true;

  constructor(decimal: Decimal) {
    this.#decimal = decimal;
  }

  /**
   * Takes the column's numbers of some rows.
   * @param block row after row, NaN where a cell was told as text
   */
  addNumbers(block: Float64Array, from: number, columns: number): void {
    let [numbers, fractions] = [0, 0];
    const own: number[] = [];
    for (let at = from; at < block.length; at += columns) {
      const value = block[at] as number;
      if (Number.isNaN(value)) continue;
      numbers++;
      if (!Number.isInteger(value)) fractions++;
      own.push(value);
    }
    this.#surveyor.addAll(own, 0, 1);
    this.rows += numbers;
    this.count.number += numbers;
    this.fractions += fractions;
  }

  /** Takes a cell as text. */
  add(text: string, line: number): void {
    this.rows++;
    if (this.#gaps.has(text)) {
      this.gaps++;
      if (this.first.gap.length < mostPlaces) this.first.gap.push({ text, line });
      return;
    }
    const usual = withPoint(text, this.#decimal);
    const kind = kindOf(text, usual);
    this.count[kind]++;
    if (kind === "number" && !isWhole(usual)) this.fractions++;
    if (kind === "number") this.#widen(kind, Number(usual));
    if (kind === "date") this.#widen(kind, daysOf(text) ?? 0);
    if (this.first[kind].length < mostPlaces) this.first[kind].push({ text, line });
    if (this.#uniqueTexts) {
      this.#uniqueTexts = !this.#seen.has(text);
      if (this.#uniqueTexts) this.#seen.add(text);
      else this.#seen.clear();
    }
    if (!this.texts) return;
    const key = isDecimal(usual) ? usual : text;
    this.texts.set(key, (this.texts.get(key) ?? 0) + 1);
    if (this.texts.size > mostKept) this.texts = undefined;
  }

  #widen(of: "number" | "date", value: number): void {
    const [lowest, highest] = this.#ends[of] ?? [value, value];
    this.#ends[of] = [Math.min(lowest, value), Math.max(highest, value)];
  }

  /** Lowest and highest of its numbers, or of its dates in days; undefined where there are none. */
  range(of: "number" | "date"): readonly [number, number] | undefined {
    const { rows, lowest, highest } = this.#surveyor.survey();
    if (of === "date" || rows === 0) return this.#ends[of];
    const [least, most] = this.#ends.number ?? [lowest, highest];
    return [Math.min(lowest, least), Math.max(highest, most)];
  }

  get filled(): number {
    return this.rows - this.gaps;
  }

  /** Whether each row has another whole number or text than all before. */
  get unique(): boolean {
    const { rows, unique } = this.#surveyor.survey();
    return this.#uniqueTexts && (rows === 0 || unique);
  }

  /** Whether its numbers are 0 and 1 alone. */
  get zeroOrOne(): boolean {
    const { lowest, highest } = this.#surveyor.survey();
    return this.fractions === 0 && lowest >= 0 && highest <= 1;
  }
}

const oddDate =
  /^(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?:[T ,]+\d{1,2}:\d{2}.*)?$/;

/** @param usual with a point before the fraction, empty where the text is no number of the file's */
function kindOf(text: string, usual: string): CellKind {
  if (isDecimal(usual)) return isCode(usual) ? "code" : "number";
  if (daysOf(text) !== undefined) return "date";
  if (oddDate.test(text)) return "oddDate";
  // a point in a file of decimal commas is open, too
  return isOddNumber(text) || isDecimal(text) ? "oddNumber" : "word";
}

/** A whole number with zeros before it, which is no amount: 00123. */
export function isCode(text: string): boolean {
  return /^0\d+$/.test(text);
}
