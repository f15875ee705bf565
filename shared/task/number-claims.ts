/** Share by which sums of rounded numbers may miss what they would be exactly. */
const rounding = 1e-4;

/**
 * Whether the sum of so many values can be that large beside the sum of their squares: (sum v)^2 <= n sum v^2, by Cauchy and
 * Schwarz.
 */
export function fitsSquares(examples: number, sum: number, squareSum: number): boolean {
  return squareSum >= 0 && sum * sum <= (1 + rounding) * examples * squareSum;
}
