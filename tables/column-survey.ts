/** Different values of all of a table's columns together that are kept: half a megabyte. */
const mostKept = 2 ** 16;
/** Different values of one column that are kept: the share that float32 takes for others is told well by these. */
const mostKeptOfOne = 4096;
const fewestKeptOfOne = 16;

/** Places for values that there were, and what fractions are multiplied by: whole numbers keep their last byte. */
const places = 256;
const spread = places + 1;

/** Whole numbers from 0 on that have a place each. */
const smallNumbers = 1024;

/** Different values of a column that are kept where the table has so many columns. */
export function keptOf(columns: number): number {
  return Math.min(mostKeptOfOne, Math.max(fewestKeptOfOne, Math.floor(mostKept / columns)));
}

/** What one column of one file is like. */
export interface ColumnSurvey {
  readonly rows: number;
  readonly lowest: number;
  readonly highest: number;
  /** Another whole number in every row. */
  readonly unique: boolean;
  /** The first of its different values, as the file has them, float64. */
  readonly different: Float64Array;
}

/** Takes a column of numbers value by value. */
export class ColumnSurveyor {
  readonly #most: number;
  readonly #different = new Set<number>();
  #rows = 0;
  /** 1 at each of the small whole numbers that there were, which are found again by their place. */
  readonly #small: Uint8Array;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  /** Whole numbers, all different so far; undefined once that is over. */
  #unique: Set<number> | undefined = new Set();
  /** Some of the values that there were, each at a place of its own: most repetitions are found here, and in no set. */
  readonly #seen: Float64Array;

  /** @param most different values to keep */
  constructor(most: number) {
    this.#most = most;
    this.#seen = new Float64Array(most < places ? 1 : places).fill(Number.NaN);
    this.#small = new Uint8Array(most < places ? 0 : smallNumbers);
  }

  /** @param value as the file has it, float64 */
  add(value: number): void {
    this.addAll([value], 0, 1);
  }

  /**
   * Takes a column of a block of rows.
   * @param values row after row, float64
   * @param from the column
   * @param columns of the block
   */
  addAll(values: ArrayLike<number>, from: number, columns: number): void {
    let [lowest, highest] = [this.#lowest, this.#highest];
    const settled = this.#isSettled();
    const small = this.#small;
    let repeated = false;
    for (let at = from; at < values.length; at += columns) {
      const value = values[at] as number;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      if (settled) continue;
      const whole = value | 0;
      if (whole === value && whole >= 0 && whole < small.length) {
        if (small[whole] === 1) {
          repeated = true;
          continue;
        }
        small[whole] = 1;
      }
      this.#tellApart(value);
    }
    if (repeated) this.#unique = undefined;
    this.#lowest = lowest;
    this.#highest = highest;
    this.#rows += Math.max(0, Math.ceil((values.length - from) / columns));
  }

  /** Whether no further value changes what is known of different ones. */
  #isSettled(): boolean {
    return this.#unique === undefined && this.#different.size >= this.#most;
  }

  #tellApart(value: number): void {
    const seen = this.#seen;
    const slot = (value * spread) & (seen.length - 1);
    if (seen[slot] === value) {
      this.#unique = undefined;
      return;
    }
    seen[slot] = value;
    if (this.#different.size < this.#most) this.#different.add(value);
    if (!this.#unique) return;
    if (!Number.isInteger(value) || this.#unique.has(value)) this.#unique = undefined;
    else this.#unique.add(value);
  }

  survey(): ColumnSurvey {
    return {
      rows: this.#rows,
      lowest: this.#lowest,
      highest: this.#highest,
      unique: this.#unique !== undefined,
      different: Float64Array.from(this.#different),
    };
  }
}
