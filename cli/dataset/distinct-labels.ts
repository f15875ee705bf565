import type { TableLabel } from "./table.ts";

/** Numbers the labels of a file's rows as they come. */
export class DistinctLabels {
  readonly labels: TableLabel[] = [];
  readonly #indices = new Map<string, number>();
  #rows = new Int32Array(4096);
  #count = 0;

  /** @param place of the row, as messages call it: asked for where the label is new */
  add(name: string, place: () => string): void {
    let index = this.#indices.get(name);
    if (index === undefined) {
      index = this.labels.length;
      this.#indices.set(name, index);
      this.labels.push({ name, firstAt: place() });
    }
    if (this.#count === this.#rows.length) {
      const larger = new Int32Array(2 * this.#count);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#count++] = index;
  }

  /** For each row, which of the labels it has. */
  rows(): Int32Array<ArrayBuffer> {
    return this.#rows.slice(0, this.#count);
  }
}
