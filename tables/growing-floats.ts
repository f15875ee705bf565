/** Numbers as they come, of which nobody knows beforehand how many. */
export class GrowingFloats {
  #values = new Float32Array(4096);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Float32Array(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** A view of those so far. */
  all(): Float32Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length);
  }
}
