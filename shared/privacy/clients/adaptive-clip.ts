import { exp } from "../../partition/elementary.ts";
import type { Rational } from "../noise/discrete-gaussian.ts";
import type { AdaptiveClip } from "./mechanism.ts";

/** Units of a client's part in the count, so that its noise is as good as continuous. */
const units = 2 ** 10;

/**
 * The clip follows a quantile of the clients' norms (Andrew et al. 2021, "Differentially Private Learning with Adaptive
 * Clipping", algorithm 1): of a round's clients b_k = 1 where |change_k| <= C, and
 *
 *   mean b = 1/2 + (sum_k (b_k - 1/2) + N(0, sigma_b^2)) / m,   sigma_b = m / 20
 *   C = C exp(-learningRate (mean b - quantile))
 *
 * with m the clients that a round selects. Where most are short enough, C becomes smaller. A client that is silent is as one on either
 * side: b_k - 1/2 is at most 1/2, so that the count's noise is 2 sigma_b times what a client can change.
 */
export function nextClip(clip: number, unclipped: number, { quantile, learningRate }: AdaptiveClip): number {
  const next = Math.fround(clip * exp(-learningRate * (unclipped - quantile)));
  return Math.min(1e6, Math.max(1e-6, next));
}

/** Noise of the count, in multiples of what a client can change of it. */
export function countNoise(cohort: number): number {
  return cohort / 10;
}

/**
 * Noise of the sum beside a count, so that both together are one Gaussian mechanism of the given noise (the paper's theorem 1):
 * z_sum = (z^-2 - (2 sigma_b)^-2)^(-1/2).
 * @returns Infinity where the count alone tells as much or more
 */
export function sumNoise(noiseMultiplier: number, cohort: number): number {
  const count = countNoise(cohort);
  const left = 1 / (noiseMultiplier * noiseMultiplier) - 1 / (count * count);
  return left > 0 ? 1 / Math.sqrt(left) : Number.POSITIVE_INFINITY;
}

/** What a round's clients add up to, each by one unit or the other way. */
export const countUnits = (isShort: boolean) => (isShort ? units : -units);

export function countDeviation(cohort: number): Rational {
  return { numerator: Math.ceil(countNoise(cohort) * units), denominator: 1 };
}

/** mean b. @param sum in units, with its noise */
export function unclippedShare(sum: number, cohort: number): number {
  return Math.fround(1 / 2 + sum / (2 * units * cohort));
}
