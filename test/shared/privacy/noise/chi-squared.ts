/**
 * Pearson's distance of counts from what is expected, as a standard normal deviate (Wilson and Hilferty 1931): beyond 4 by
 * chance once in 30,000 times. Bins that expect less than 25 are put together.
 */
export function chiSquaredDeviate(counts: readonly number[], expected: readonly number[]): number {
  let [distance, bins] = [0, 0];
  const add = (seen: number, due: number) => {
    distance += (seen - due) ** 2 / due;
    bins++;
  };
  let [seenOfFew, dueOfFew] = [0, 0];
  counts.forEach((seen, i) => {
    const due = expected[i] as number;
    if (due >= 25) add(seen, due);
    else {
      seenOfFew += seen;
      dueOfFew += due;
    }
  });
  if (dueOfFew >= 5) add(seenOfFew, dueOfFew);
  else if (seenOfFew > 0 && dueOfFew < 1e-9) return Number.POSITIVE_INFINITY;
  const variance = 2 / (9 * (bins - 1));
  return (Math.cbrt(distance / (bins - 1)) - (1 - variance)) / Math.sqrt(variance);
}
