/** What is looked for: bytes, and what they would be a piece of. */
export interface Needle<T> {
  readonly bytes: Buffer;
  /** Digits that count only where they are no part of a longer number or digest. */
  readonly number: boolean;
  readonly piece: T;
}

/** Bytes by which a place is looked up: no needle is shorter, but single float32 values. */
export const windowBytes = 6;
/** Windows of a needle among which the most varied is taken: one of zeros would be found everywhere. */
const windowsTried = 64;
const base = 31;
const outgoing = [0, 0, 0, 0, 0, 0].reduce((power) => Math.imul(power, base), 1);
const bitmapBits = 22;

/**
 * Many needles that are looked for in one pass, after Karp and Rabin 1987 ("Efficient randomized pattern-matching
 * algorithms"): a hash rolls over windows of a fixed length, and where it is some needle's, the bytes are compared. The time
 * is that of the bytes searched, however many needles there are.
 */
export class NeedleIndex<T> {
  readonly #byHash = new Map<number, { readonly needle: Needle<T>; readonly at: number }[]>();
  readonly #maybe = new Uint8Array(2 ** (bitmapBits - 3));
  readonly #known = new Set<string>();
  #longest = 0;

  get size(): number {
    return this.#known.size;
  }

  /** Bytes of the longest needle. */
  get longest(): number {
    return this.#longest;
  }

  /** Of equal needles the first one counts. @throws RangeError of one that is too short */
  add(needle: Needle<T>): void {
    const { bytes } = needle;
    if (bytes.length < windowBytes) throw new RangeError(`a needle has ${bytes.length} bytes`);
    const text = bytes.toString("latin1");
    if (this.#known.has(text)) return;
    this.#known.add(text);
    this.#longest = Math.max(this.#longest, bytes.length);
    const at = mostVaried(bytes);
    const hash = hashOf(bytes, at);
    const bucket = this.#byHash.get(hash);
    if (bucket) bucket.push({ needle, at });
    else this.#byHash.set(hash, [{ needle, at }]);
    const bit = bitOf(hash);
    this.#maybe[bit >>> 3] = (this.#maybe[bit >>> 3] ?? 0) | (1 << (bit & 7));
  }

  /** @param found told of every needle whose window begins from the first place to before the last, and where it begins */
  search(
    bytes: Uint8Array,
    first: number,
    last: number,
    found: (needle: Needle<T>, at: number) => void,
  ): void {
    const end = Math.min(last, bytes.length - windowBytes + 1);
    if (first >= end) return;
    let hash = hashOf(bytes, first);
    for (let place = first; ; ) {
      const bit = bitOf(hash);
      if (((this.#maybe[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0) this.#compare(bytes, place, hash, found);
      if (++place >= end) return;
      const leaves = bytes[place - 1] ?? 0;
      const comes = bytes[place + windowBytes - 1] ?? 0;
      hash = (Math.imul(hash, base) + comes - Math.imul(leaves, outgoing)) | 0;
    }
  }

  #compare(
    bytes: Uint8Array,
    place: number,
    hash: number,
    found: (needle: Needle<T>, at: number) => void,
  ): void {
    for (const { needle, at } of this.#byHash.get(hash) ?? []) {
      const from = place - at;
      if (from < 0 || from + needle.bytes.length > bytes.length) continue;
      const there = bytes.subarray(from, from + needle.bytes.length);
      if (
        needle.bytes.compare(there) === 0 &&
        !(needle.number && isWithinNumber(bytes, from, there.length))
      ) {
        found(needle, from);
      }
    }
  }
}

function hashOf(bytes: Uint8Array, at: number): number {
  let hash = 0;
  for (let i = at; i < at + windowBytes; i++) hash = (Math.imul(hash, base) + (bytes[i] ?? 0)) | 0;
  return hash;
}

const bitOf = (hash: number) => Math.imul(hash, 0x9e3779b1) >>> (32 - bitmapBits);

function mostVaried(bytes: Uint8Array): number {
  let [best, most] = [0, 0];
  for (let at = 0; at <= Math.min(bytes.length - windowBytes, windowsTried); at++) {
    const varied = new Set(bytes.subarray(at, at + windowBytes)).size;
    if (varied > most) [best, most] = [at, varied];
  }
  return best;
}

const isHexOrPoint = (byte: number | undefined) =>
  byte !== undefined && /[0-9a-fA-F.]/.test(String.fromCharCode(byte));

/** Such digits also stand in longer numbers and in digests, where they are nobody's. */
function isWithinNumber(bytes: Uint8Array, from: number, length: number): boolean {
  return (
    isHexOrPoint(bytes[from - 1]) || (isHexOrPoint(bytes[from + length]) && !isFullStop(bytes, from + length))
  );
}

/** A point that ends a sentence ends the number before it. */
function isFullStop(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x2e && !isHexOrPoint(bytes[at + 1]);
}
