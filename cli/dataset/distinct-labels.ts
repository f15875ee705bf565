import type { TableLabel } from "./table.ts";

/** Numbers the labels of a file's rows as they come. */
export class DistinctLabels {
  readonly labels: TableLabel[] = [];
  readonly #indices = new Map<string, number>();
  readonly #rows: number[] = [];

  /** @param place of the row, for messages */
  add(name: string, place: string): void {
    let index = this.#indices.get(name);
    if (index === undefined) {
      index = this.labels.length;
      this.#indices.set(name, index);
      this.labels.push({ name, firstAt: place });
    }
    this.#rows.push(index);
  }

  /** For each row, which of the labels it has. */
  rows(): Int32Array {
    return Int32Array.from(this.#rows);
  }
}
