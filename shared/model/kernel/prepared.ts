import type { Examples } from "../../dataset/examples.ts";
import { checkExamples } from "../check-examples.ts";
import type { ModelShape } from "../shape.ts";
import type { PreparedExamples } from "../trainer.ts";

/** Every value, as it came: nothing is copied. */
export interface PlainExamples extends PreparedExamples {
  readonly kind: "plain";
  readonly features: number;
  readonly x: Uint8Array | Float32Array;
  readonly y: Int32Array;
}

/** Only the values that are not zero. */
export interface CompressedExamples extends PreparedExamples {
  readonly kind: "compressed";
  readonly features: number;
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
  readonly y: Int32Array;
}

/**
 * Share of values that are not zero up to which compressed rows are faster. Measured by bench/density.ts; see
 * docs/performance.md.
 */
export const COMPRESSED_UP_TO = 0.6;

/** @throws ObjectInvalid when the examples do not belong to the shape */
export function prepareExamples(examples: Examples, shape: ModelShape): PlainExamples | CompressedExamples {
  checkExamples(examples, shape);
  const { x, y, count, features } = examples;
  const entries = countNonZero(x);
  if (entries > COMPRESSED_UP_TO * x.length)
    return { kind: "plain", features, x, y, count, bytes: x.byteLength + y.byteLength };
  return compress(examples, entries + count);
}

function countNonZero(x: Uint8Array | Float32Array): number {
  let n = 0;
  for (let i = 0; i < x.length; i++) if (x[i] !== 0) n++;
  return n;
}

function compress({ x, y, count, features }: Examples, entries: number): CompressedExamples {
  const wordsPerEntry = x instanceof Uint8Array ? 1 : 2;
  const words = new Uint32Array(wordsPerEntry * entries);
  const floats = new Float32Array(words.buffer);
  const starts = new Uint32Array(count + 1);
  let word = 0;
  let longest = 0;
  const append = (feature: number, value: number) => {
    if (wordsPerEntry === 1) {
      words[word] = feature * 256 + value;
    } else {
      words[word] = feature;
      floats[word + 1] = value;
    }
    word += wordsPerEntry;
  };
  for (let row = 0; row < count; row++) {
    const from = row * features;
    for (let feature = 0; feature < features; feature++) {
      const value = x[from + feature] as number;
      if (value !== 0) append(feature, value);
    }
    append(features, wordsPerEntry === 1 ? 255 : 1);
    starts[row + 1] = word;
    longest = Math.max(longest, (word - (starts[row] as number)) / wordsPerEntry);
  }
  return {
    kind: "compressed",
    features,
    words,
    wordsPerEntry,
    starts,
    longest,
    y,
    count,
    bytes: words.byteLength + starts.byteLength + y.byteLength,
  };
}
