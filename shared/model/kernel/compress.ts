/** Rows of which only the values that are not zero are kept, in pairs of neighbouring features. */
export interface CompressedRows {
  /**
   * An entry is a pair with a value that is not zero: features 2 p and 2 p + 1. Of bytes it is one word,
   * p << 16 | first << 8 | second, of floats three: p and the bits of both values. The feature after the last is
   * the bias's, which is always one.
   */
  readonly words: Uint32Array;
  readonly wordsPerEntry: 1 | 3;
  /** Row r has the words starts[r] ... starts[r + 1] - 1. */
  readonly starts: Uint32Array;
  /** Entries of the longest row. */
  readonly longest: number;
}

/** Pairs that sixteen bits can tell apart. */
const SHORT_PAIRS = 65_536;

/**
 * @param most values that may be kept
 * @returns undefined when more values are not zero
 */
export function compressRows(
  x: Uint8Array | Float32Array,
  count: number,
  features: number,
  most: number,
): CompressedRows | undefined {
  const bytes = x instanceof Uint8Array && features < 2 * SHORT_PAIRS;
  const wordsPerEntry = bytes ? 1 : 3;
  // an entry has a value at least, or is the bias's; pages that nothing is written to take no memory
  const entries = Math.min(count * Math.ceil((features + 1) / 2), Math.floor(most) + count);
  const words = new Uint32Array(wordsPerEntry * entries);
  const starts = new Uint32Array(count + 1);
  const longest = bytes
    ? packBytes(x, features, most, words, starts)
    : packFloats(x, features, most, words, starts);
  if (longest === undefined) return undefined;
  return { words: words.slice(0, starts.at(-1)), wordsPerEntry, starts, longest };
}

// Two loops without a callback, since they run over millions of values in a process that has only just started.
// They return the length of the fullest row, or nothing when the values become too many.

function packBytes(
  x: Uint8Array,
  features: number,
  most: number,
  words: Uint32Array,
  starts: Uint32Array,
): number | undefined {
  const even = features - (features % 2);
  let kept = 0;
  let longest = 0;
  let word = 0;
  for (let row = 0, from = 0; row < starts.length - 1; row++, from += features) {
    for (let feature = 0; feature < even; feature += 2) {
      const first = x[from + feature] as number;
      const second = x[from + feature + 1] as number;
      if ((first | second) === 0) continue;
      words[word++] = feature * 32_768 + first * 256 + second;
      kept += first !== 0 && second !== 0 ? 2 : 1;
    }
    const last = even < features ? (x[from + even] as number) : 0;
    if (last !== 0) kept++;
    if (kept > most) return undefined;
    words[word++] = even * 32_768 + (even < features ? last * 256 + 255 : 255 * 256);
    starts[row + 1] = word;
    longest = Math.max(longest, word - (starts[row] as number));
  }
  return longest;
}

function packFloats(
  x: Uint8Array | Float32Array,
  features: number,
  most: number,
  words: Uint32Array,
  starts: Uint32Array,
): number | undefined {
  const even = features - (features % 2);
  const scale = x instanceof Uint8Array ? 255 : 1;
  const values = new Float32Array(words.buffer);
  let kept = 0;
  let longest = 0;
  let word = 0;
  for (let row = 0, from = 0; row < starts.length - 1; row++, from += features) {
    for (let feature = 0; feature < even; feature += 2) {
      const first = x[from + feature] as number;
      const second = x[from + feature + 1] as number;
      if (first === 0 && second === 0) continue;
      words[word] = feature / 2;
      values[word + 1] = first / scale;
      values[word + 2] = second / scale;
      word += 3;
      kept += first !== 0 && second !== 0 ? 2 : 1;
    }
    const last = even < features ? (x[from + even] as number) : 0;
    if (last !== 0) kept++;
    if (kept > most) return undefined;
    words[word] = even / 2;
    values[word + 1] = even < features ? last / scale : 1;
    values[word + 2] = even < features ? 1 : 0;
    word += 3;
    starts[row + 1] = word;
    longest = Math.max(longest, (word - (starts[row] as number)) / 3);
  }
  return longest;
}
