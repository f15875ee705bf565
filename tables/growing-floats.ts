/** Numbers as they come, of which nobody knows beforehand how many. */
export class GrowingFloats {
  #values = new Float32Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    this.#makeRoom(1);
    this.#values[this.#length++] = value;
  }

  /** Rounded to float32. */
  append(values: Float64Array): void {
    this.#makeRoom(values.length);
    const [own, from] = [this.#values, this.#length];
    // many times as fast as set, which converts
    for (let i = 0; i < values.length; i++) own[from + i] = values[i] as number;
    this.#length += values.length;
  }

  /** Says how many there may be in all: as many are held at once, and more where there are. */
  expect(total: number): void {
    if (total > this.#values.length) this.#resize(total);
  }

  /** A view of those so far. */
  all(): Float32Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length);
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#values.length) this.#resize(Math.max(needed, 2 * this.#values.length));
  }

  #resize(length: number): void {
    const larger = new Float32Array(length);
    larger.set(this.all());
    this.#values = larger;
  }
}
