/** Different values of all of a table's columns together that are kept: half a megabyte. */
const mostKept = 2 ** 16;
/** Different values of one column that are kept: the share that float32 takes for others is told well by these. */
const mostKeptOfOne = 4096;
const fewestKeptOfOne = 16;

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
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  /** Whole numbers, all different so far; undefined once that is over. */
  #unique: Set<number> | undefined = new Set();

  /** @param most different values to keep */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param value as the file has it, float64 */
  add(value: number): void {
    this.#rows++;
    if (value < this.#lowest) this.#lowest = value;
    if (value > this.#highest) this.#highest = value;
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
