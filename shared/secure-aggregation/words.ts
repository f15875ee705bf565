/**
 * A vector of integers modulo 2^64, two words each, the lower one first: what masked updates consist of. Sums of any number
 * of them are exact modulo 2^64, in whatever order.
 */
export type Words = Uint32Array<ArrayBufferLike>;

export const wordsOfInteger = 2;

/** Zeros. @param integers how many */
export const zeros = (integers: number): Uint32Array<ArrayBuffer> =>
  new Uint32Array(wordsOfInteger * integers);

/** sum += words, for as many integers as the words have, which may be fewer than the sum has. */
export function addWords(sum: Words, words: Words): void {
  const [to, from] = [signed(sum), signed(words)];
  for (let i = 0; i < from.length; i += 2) {
    const one = to[i] as number;
    const other = from[i] as number;
    const low = (one + other) | 0;
    to[i] = low;
    // stored modulo 2^32; the carry is what the highest bits come to
    to[i + 1] =
      (to[i + 1] as number) + (from[i + 1] as number) + (((one & other) | ((one | other) & ~low)) >>> 31);
  }
}

/** sum -= words, likewise. */
export function subtractWords(sum: Words, words: Words): void {
  const [to, from] = [signed(sum), signed(words)];
  for (let i = 0; i < from.length; i += 2) {
    const one = to[i] as number;
    const other = from[i] as number;
    const low = (one - other) | 0;
    to[i] = low;
    to[i + 1] =
      (to[i + 1] as number) - (from[i + 1] as number) - (((~one & other) | ((~one | other) & low)) >>> 31);
  }
}

/** The same words as signed integers, with which V8 reckons in a third of the time: unsigned ones it takes for floats. */
const signed = ({ buffer, byteOffset, length }: Words) => new Int32Array(buffer, byteOffset, length);

/** sum += integer. @param integer a whole number of at most 2^63 in size, as float64 holds it */
export function addInteger(sum: Words, at: number, integer: number): void {
  const high = Math.floor(integer / 2 ** 32);
  const low = (sum[2 * at] as number) + (integer - high * 2 ** 32);
  sum[2 * at] = low;
  sum[2 * at + 1] = (sum[2 * at + 1] as number) + high + (low > 0xffff_ffff ? 1 : 0);
}

/** The integer at a place, from -2^63 to below 2^63. */
export function integerAt(words: Words, at: number): bigint {
  return (BigInt((words[2 * at + 1] as number) | 0) << 32n) + BigInt(words[2 * at] as number);
}

/** The first integer in which two vectors differ; undefined where they are the same. */
export function firstDifference(one: Words, other: Words): number | undefined {
  if (one.length !== other.length) return Math.min(one.length, other.length) >> 1;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return i >> 1;
  return undefined;
}
