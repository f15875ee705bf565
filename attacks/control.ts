import type { Dataset } from "../shared/dataset/dataset.ts";
import { type Examples, takeExamples } from "../shared/dataset/examples.ts";
import { imageOf } from "./correlation.ts";

/** Every tenth example of the data set is one that the attacker has, and no client's. */
export const isKnown = (row: number) => row % 10 === 0;

/** Examples of other people. */
export function known({ examples }: Dataset): Examples {
  const rows = Array.from({ length: examples.count }, (_, row) => row);
  return takeExamples(examples, rows.filter(isKnown));
}

/**
 * Guesses of whoever has seen no update, but knows what such data are like: the mean image of each class, over examples that anybody
 * has. An attack that comes no nearer to the true images has learnt nothing of them.
 */
export function uninformedGuesses(known: Examples, classes: number): Float64Array[] {
  const sums = Array.from({ length: classes }, () => new Float64Array(known.features));
  for (let row = 0; row < known.count; row++) {
    const sum = sums[known.y[row] as number] as Float64Array;
    const image = imageOf(known, row);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (image[i] as number);
  }
  return sums;
}
