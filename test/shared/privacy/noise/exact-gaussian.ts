import type { Rational } from "../../../../shared/privacy/noise/discrete-gaussian.ts";

/** The discrete Gaussian by the book, in whole numbers of 320 bits: nothing of it is the sampler's. */

const bits = 320n;
const one = 1n << bits;

/** exp(-numerator / denominator) 2^320, by Taylor's series of a 2^40th and forty squarings. */
function power(numerator: bigint, denominator: bigint): bigint {
  const x = (numerator << bits) / (denominator << 40n);
  let [sum, term] = [one, one];
  for (let n = 1n; term !== 0n; n++) {
    term = (-term * x) / (one * n);
    sum += term;
  }
  for (let i = 0; i < 40; i++) sum = (sum * sum) >> bits;
  return sum;
}

/** Probabilities of 0, 1, 2, ... (of -1, -2, ... the same) up to where they are below 1e-18. */
export function exactProbabilities({ numerator, denominator }: Rational): number[] {
  const [p, q] = [BigInt(numerator), BigInt(denominator)];
  const weights: bigint[] = [];
  for (let x = 0n; ; x++) {
    const weight = power(x * x * q * q, 2n * p * p);
    if (weight < one >> 60n) break;
    weights.push(weight);
  }
  const all = weights.reduce((sum, weight, x) => sum + (x === 0 ? weight : 2n * weight), 0n);
  return weights.map((weight) => Number((weight << 80n) / all) / 2 ** 80);
}

/**
 * Probability of from <= x < to for a sigma so large that the sum over a bin is the integral, but for a share of 1 / sigma^2.
 */
export function binProbability(from: number, to: number, sigma: number): number {
  const steps = 256;
  const [low, high] = [(from - 0.5) / sigma, (to - 0.5) / sigma];
  const height = (i: number) => Math.exp(-((low + ((high - low) * i) / steps) ** 2) / 2);
  let sum = height(0) + height(steps);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * height(i);
  return (sum * (high - low)) / (3 * steps) / Math.sqrt(2 * Math.PI);
}
