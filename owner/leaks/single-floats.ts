import type { Needle } from "./needle-index.ts";

/** Below it a value may be a weight of a model as well as somebody's measurement. */
const leastInModels = 4;

/**
 * Single float32 values. Four bytes stand by chance in many files, so that they are looked for where they tell something: not
 * where all four are letters, and among the elements of a model, which are float32 too and mostly below 1, only at an
 * element's place, in the file's byte order, from 4 on.
 */
export class SingleFloats<T> {
  readonly #byBits = new Map<number, Needle<T>>();
  readonly #maybe = new Uint8Array(2 ** 19);

  get size(): number {
    return this.#byBits.size;
  }

  add(needle: Needle<T>): void {
    const { bytes } = needle;
    if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f)) return;
    const bits = bytes.readUInt32BE();
    if (!this.#byBits.has(bits)) this.#byBits.set(bits, needle);
    const bit = bitOf(bits);
    this.#maybe[bit >>> 3] = (this.#maybe[bit >>> 3] ?? 0) | (1 << (bit & 7));
  }

  search(
    bytes: Uint8Array,
    where: "anywhere" | "elements",
    found: (needle: Needle<T>, at: number) => void,
  ): void {
    let bits = 0;
    for (let next = 0; next < bytes.length; next++) {
      bits = ((bits << 8) | (bytes[next] ?? 0)) >>> 0;
      const at = next - 3;
      if (at < 0 || (where === "elements" && at % 4 !== 0)) continue;
      const bit = bitOf(bits);
      if (((this.#maybe[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const needle = this.#byBits.get(bits);
      if (needle && (where === "anywhere" || Math.abs(needle.bytes.readFloatLE()) >= leastInModels))
        found(needle, at);
    }
  }
}

const bitOf = (bits: number) => Math.imul(bits, 0x9e3779b1) >>> 10;
