import type { ClientUpdate } from "./client-update.ts";

export interface Weighted {
  readonly weight: number;
  readonly values: Float32Array;
}

/**
 * sum_k weight_k values_k in float64, in the order given. A float32 times an integer below 2^29 is exact there, so
 * sums of identical vectors with such weights lose nothing until their weights add up past 2^29.
 */
export function weightedSum(length: number, terms: readonly Weighted[]): Float64Array {
  // adding to -0 changes nothing at all, adding to 0 would turn -0 into 0
  const sums = new Float64Array(length).fill(-0);
  for (const { weight, values } of terms) {
    for (let i = 0; i < length; i++) sums[i] = (sums[i] as number) + weight * (values[i] as number);
  }
  return sums;
}

/** sum_k (n_k / n) w_k with n = sum_k n_k, divided once: identical models average to themselves, bit for bit. */
export function meanByExamples(length: number, updates: readonly ClientUpdate[]): Float64Array {
  const terms = updates.map(({ examples, parameters }) => ({ weight: examples, values: parameters }));
  const total = updates.reduce((sum, { examples }) => sum + examples, 0);
  return divide(weightedSum(length, terms), total);
}

/** In place. */
export function divide(sums: Float64Array, by: number): Float64Array {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / by;
  return sums;
}

/** from + rate (to - from); a rate of 1 takes `to` itself, which the sum would miss by its rounding. */
export function towards(from: Float32Array, to: Float64Array, rate: number): Float32Array {
  if (rate === 1) return new Float32Array(to);
  const moved = new Float32Array(from.length);
  for (let i = 0; i < moved.length; i++) {
    const start = from[i] as number;
    moved[i] = start + rate * ((to[i] as number) - start);
  }
  return moved;
}
