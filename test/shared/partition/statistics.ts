/** The 99.9 % quantile of chi-squared with 19 degrees of freedom: what 20 cells are held to. */
export const chiSquared19 = 43.82;
const cells = 20;

/**
 * Pearson's statistic of values that should be uniform over (0, 1): with a continuous distribution function F, those
 * are F(x) of values x that follow it.
 */
export function uniformStatistic(values: readonly number[]): number {
  const counts = new Array<number>(cells).fill(0);
  for (const value of values) {
    const cell = Math.min(Math.floor(value * cells), cells - 1);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  const expected = values.length / cells;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/**
 * Distribution function of Beta(a, b): B(x; a, b) = x^a sum (1 - b)_n x^n / (n! (a + n)) (DLMF 8.17.7 with 15.2.1),
 * mirrored above 1/2, over the sum of both at 1/2.
 */
export function betaCdf(x: number, a: number, b: number): number {
  const half = incompleteBeta(0.5, a, b);
  const mirrored = incompleteBeta(0.5, b, a);
  const whole = half + mirrored;
  return x <= 0.5 ? incompleteBeta(x, a, b) / whole : 1 - incompleteBeta(1 - x, b, a) / whole;
}

function incompleteBeta(x: number, a: number, b: number): number {
  let term = 1;
  let sum = 1 / a;
  for (let n = 1; n < 80; n++) {
    term *= ((n - b) * x) / n;
    sum += term / (a + n);
  }
  return x ** a * sum;
}
