/** Rows of which only the values that are not zero are kept. */
export interface CompressedRows {
  /**
   * An entry is one word, feature << 8 | byte, for bytes, and two for floats: the feature, and the bits of its
   * value. The last of each row is the bias's, which is always one.
   */
  readonly words: Uint32Array;
  readonly wordsPerEntry: 1 | 2;
  /** Row r has the words starts[r] ... starts[r + 1] - 1. */
  readonly starts: Uint32Array;
  /** Entries of the longest row. */
  readonly longest: number;
}

/**
 * @param most values that may be kept
 * @returns undefined when there are more values that are not zero
 */
export function compressRows(
  x: Uint8Array | Float32Array,
  count: number,
  most: number,
): CompressedRows | undefined {
  const wordsPerEntry = x instanceof Uint8Array ? 1 : 2;
  const starts = new Uint32Array(count + 1);
  // pages that nothing is written to take no memory
  const words = new Uint32Array(wordsPerEntry * (Math.floor(most) + count));
  const used = x instanceof Uint8Array ? packBytes(x, words, starts) : packFloats(x, words, starts);
  if (used > words.length) return undefined;
  let longest = 0;
  for (let row = 0; row < count; row++) {
    longest = Math.max(longest, (starts[row + 1] as number) - (starts[row] as number));
  }
  return { words: words.slice(0, used), wordsPerEntry, starts, longest: longest / wordsPerEntry };
}

// Two loops without a callback: they run over millions of values in a process that has only just started. What is
// written behind the end of an array goes nowhere, and that it was tried shows in the words used.

function packBytes(x: Uint8Array, words: Uint32Array, starts: Uint32Array): number {
  const features = x.length / (starts.length - 1);
  let word = 0;
  for (let row = 0, from = 0; row < starts.length - 1; row++, from += features) {
    for (let feature = 0; feature < features; feature++) {
      const value = x[from + feature] as number;
      if (value !== 0) words[word++] = feature * 256 + value;
    }
    words[word++] = features * 256 + 255;
    starts[row + 1] = word;
  }
  return word;
}

function packFloats(x: Float32Array, words: Uint32Array, starts: Uint32Array): number {
  const features = x.length / (starts.length - 1);
  const values = new Float32Array(words.buffer);
  let word = 0;
  for (let row = 0, from = 0; row < starts.length - 1; row++, from += features) {
    for (let feature = 0; feature < features; feature++) {
      const value = x[from + feature] as number;
      if (value === 0) continue;
      words[word] = feature;
      values[word + 1] = value;
      word += 2;
    }
    words[word] = features;
    values[word + 1] = 1;
    word += 2;
    starts[row + 1] = word;
  }
  return word;
}
