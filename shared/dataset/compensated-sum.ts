/**
 * Kahan's compensated summation (Kahan 1965, "Further remarks on reducing truncation errors"): what a rounding took
 * off one sum is given back to the next, so that a sum of any length is off by about one rounding.
 * @param lost what the sums have lost so far; zero at the start
 */
export function addExactly(sums: Float64Array, lost: Float64Array, at: number, value: number): void {
  const sum = sums[at] as number;
  const due = value - (lost[at] as number);
  const next = sum + due;
  lost[at] = next - sum - due;
  sums[at] = next;
}

/** The values' sum, to the same bits in whatever order they come. */
export function sumInOrderOfSize(values: readonly number[]): number {
  const total = new Float64Array(1);
  const lost = new Float64Array(1);
  for (const value of Float64Array.from(values).sort()) addExactly(total, lost, 0, value);
  return total[0] as number;
}
