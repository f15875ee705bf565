import jStat from "jstat";
import * as z from "zod";

/** What repetitions with different seeds say about a figure. */
export const estimateSchema = z.object({
  /** Repetitions. */
  n: z.int().positive(),
  mean: z.number(),
  /** Standard deviation of the sample, with n - 1 in the denominator; null for one repetition. */
  deviation: z.number().nonnegative().nullable(),
  /** 95 % confidence interval of the mean: its lower and its upper end; null for one repetition. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
});

export type MeanEstimate = z.output<typeof estimateSchema>;

const confidence = 0.95;

/**
 * Mean, sample deviation s, and the interval mean -/+ t s / sqrt(n), t being the quantile of Student's t distribution
 * with n - 1 degrees of freedom (Student 1908): the repetitions are taken as independent draws from one normal
 * distribution.
 * @param values one or more
 */
export function estimate(values: readonly number[]): MeanEstimate {
  const n = values.length;
  if (n === 0) throw new RangeError("an estimate takes one value or more");
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, deviation: null, interval: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  const half = studentQuantile((1 + confidence) / 2, n - 1) * (deviation / Math.sqrt(n));
  return { n, mean, deviation, interval: [mean - half, mean + half] };
}

/** The value below which a share p of Student's t distribution lies. */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  return jStat.studentt.inv(p, degreesOfFreedom);
}
