import type { SecretStream } from "../../secret-random.ts";

/** What is drawn of the stream at once. */
const drawnWords = 4_096;

/**
 * Poisson sampling: each of `count` rows with the given probability, independent of the others; in ascending order. Exact:
 * a row is in where a uniform number, of which as many words are drawn as it takes, is below the rate as float64 has it.
 * The stream has to be secret, or whoever knows who is in gets no amplification by sampling.
 * @throws RangeError for a rate that is not in (0, 1]
 */
export function poissonSample(count: number, rate: number, stream: Pick<SecretStream, "words">): Uint32Array {
  if (!(rate > 0 && rate <= 1))
    throw new RangeError(`a sampling rate is above 0 and at most 1, and not ${rate}`);
  const first = Math.floor(rate * 2 ** 32);
  const rest = rate * 2 ** 32 - first;
  const rows: number[] = [];
  for (let from = 0; from < count; from += drawnWords) {
    const words = stream.words(Math.min(drawnWords, count - from));
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      if (word < first || (word === first && isBelow(rest, stream))) rows.push(from + i);
    }
  }
  return Uint32Array.from(rows);
}

/** Whether a uniform number is below the rate, one word after the other. */
function isBelow(rate: number, stream: Pick<SecretStream, "words">): boolean {
  for (let left = rate; left > 0; ) {
    const digit = Math.floor(left * 2 ** 32);
    const [word = 0] = stream.words(1);
    if (word !== digit) return word < digit;
    left = left * 2 ** 32 - digit;
  }
  return false;
}
