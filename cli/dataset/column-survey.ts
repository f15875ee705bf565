/** Rows below which a column of different whole numbers says nothing. */
const fewestRows = 20;
/** Steps of float32 between a column's ends below which its values are hardly told apart. */
const fewestSteps = 256;

/** What one column of numbers is like, taken value by value. */
export class ColumnSurvey {
  #rows = 0;
  #lowest = Number.POSITIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #rounded = 0;
  /** Whole numbers, all different so far; undefined once that is over. */
  #different: Set<number> | undefined = new Set();

  /** @param value as the file has it, float64 */
  add(value: number): void {
    this.#rows++;
    if (value < this.#lowest) this.#lowest = value;
    if (value > this.#highest) this.#highest = value;
    if (Math.fround(value) !== value) this.#rounded++;
    if (!this.#different) return;
    if (!Number.isInteger(value) || this.#different.has(value)) this.#different = undefined;
    else this.#different.add(value);
  }

  /** @param place how the notes call the column */
  notes(place: string): string[] {
    return [this.#asAnId(place), this.#asOneFloat(place)].filter((note) => note !== undefined);
  }

  #asAnId(place: string): string | undefined {
    if (!this.#different || this.#rows < fewestRows) return undefined;
    const counts = this.#highest - this.#lowest === this.#rows - 1;
    return (
      `${place} has another whole number in each of its ${this.#rows} rows, as ${counts ? "a counter of rows" : "an id"} ` +
      "has: it is a feature now; leave the column out unless it measures something"
    );
  }

  #asOneFloat(place: string): string | undefined {
    const range = this.#highest - this.#lowest;
    if (this.#rounded === 0 || range === 0) return undefined;
    const step = stepAt(Math.max(Math.abs(this.#lowest), Math.abs(this.#highest)));
    if (range >= fewestSteps * step) return undefined;
    const left = Math.fround(this.#highest) === Math.fround(this.#lowest) ? "all are one" : "many are one";
    return (
      `${place} has values from ${this.#lowest} to ${this.#highest}, and float32, which models take, knows steps of ` +
      `${step} there: ${left} to the model; subtract a constant from the column`
    );
  }
}

/** Distance between two neighbouring float32 values of a magnitude. */
function stepAt(magnitude: number): number {
  const exponent = Math.max(Math.floor(Math.log2(magnitude)), -126);
  return 2 ** (exponent - 23);
}
