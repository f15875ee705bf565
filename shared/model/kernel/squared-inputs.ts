import type { CompressedExamples, PlainExamples } from "./prepared.ts";

/** |x|^2 + 1 of each example, with the bias's one, as the first layer takes x: bytes as float32 of value / 255. */
export function squaredInputs(examples: CompressedExamples | PlainExamples): Float64Array {
  return examples.kind === "compressed" ? ofEntries(examples) : ofValues(examples);
}

function ofValues({ x, features, count }: PlainExamples): Float64Array {
  const squares = x instanceof Uint8Array ? bytes : undefined;
  const sums = new Float64Array(count).fill(1);
  for (let row = 0, at = 0; row < count; row++) {
    let sum = 1;
    for (const end = at + features; at < end; at++) {
      const value = x[at] as number;
      sum += squares ? (squares[value] as number) : value * value;
    }
    sums[row] = sum;
  }
  return sums;
}

/** The bias's one is among the entries. */
function ofEntries({ words, wordsPerEntry, starts, count }: CompressedExamples): Float64Array {
  const sums = new Float64Array(count);
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  for (let row = 0; row < count; row++) {
    let sum = 0;
    const end = starts[row + 1] as number;
    for (let at = starts[row] as number; at < end; at += wordsPerEntry) {
      if (wordsPerEntry === 1) {
        const word = words[at] as number;
        sum += (bytes[(word >>> 8) & 255] as number) + (bytes[word & 255] as number);
      } else {
        sum += (floats[at + 1] as number) ** 2 + (floats[at + 2] as number) ** 2;
      }
    }
    sums[row] = sum;
  }
  return sums;
}

/** Squares of what bytes stand for. */
const bytes = Float64Array.from({ length: 256 }, (_, byte) => Math.fround(byte / 255) ** 2);
