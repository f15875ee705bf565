import type { Examples } from "../shared/dataset/examples.ts";

/** Pearson's correlation; 0 where one of the two does not vary, or is not finite. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = a.length;
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < n; i++) {
    sumA += a[i] as number;
    sumB += b[i] as number;
  }
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [x, y] = [(a[i] as number) - sumA / n, (b[i] as number) - sumB / n];
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  const found = product / Math.sqrt(squareA * squareB);
  return Number.isFinite(found) ? found : 0;
}

/** A true example, and the guess that comes nearest to it. */
export interface Match {
  readonly example: number;
  readonly guess: number;
  readonly correlation: number;
}

/** For each true example its best guess, the best match first. */
export function matches(guesses: readonly ArrayLike<number>[], truth: Examples): Match[] {
  const found = Array.from({ length: truth.count }, (_, example): Match => {
    const image = imageOf(truth, example);
    return guesses.reduce<Match>(
      (best, guess, i) => {
        const value = correlation(guess, image);
        return value > best.correlation ? { example, guess: i, correlation: value } : best;
      },
      { example, guess: -1, correlation: -1 },
    );
  });
  return found.sort((a, b) => b.correlation - a.correlation);
}

export function imageOf({ x, features }: Examples, row: number): Uint8Array | Float32Array {
  return x.subarray(row * features, (row + 1) * features);
}

export function labelCounts({ y }: Examples, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const label of y) counts[label] = (counts[label] as number) + 1;
  return counts;
}
