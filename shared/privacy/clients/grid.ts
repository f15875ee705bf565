import type { Rational } from "../noise/discrete-gaussian.ts";

/** Grid on which clients' changes are summed, and how far a client reaches on it. */
export interface ClientGrid {
  /** What one is of a change: a power of two, with 2^20 to 2^21 of them in the clip. */
  readonly unit: number;
  /** The most that the sum changes in where a client is added or removed, in units, in the Euclidean norm. */
  readonly sensitivity: number;
}

/** Beyond it the noise of the longest clip would pass what its sampler draws, 2^31 units. */
export const mostClientNoise = 1_000;

/**
 * With C the clip and d parameters: a change is shortened to C in float64, whose norm of d values is right to (d + 8) 2^-53, and
 * then each value is rounded to the grid, which makes it sqrt(d) / 2 units longer at the most. A weight is no more than one.
 */
export function clientGrid(clip: number, parameters: number): ClientGrid {
  const unit = powerUpTo(clip) * 2 ** -20;
  const sensitivity = (clip / unit) * (1 + (parameters + 8) * 2 ** -53) + Math.sqrt(parameters) / 2;
  return { unit, sensitivity };
}

/** Deviation of noise in whole units, rounded up: never less than was promised. */
export function deviationOn({ sensitivity }: ClientGrid, noiseMultiplier: number): Rational {
  return { numerator: Math.ceil(noiseMultiplier * sensitivity), denominator: 1 };
}

/** The largest power of two that is no more than a positive number: without a logarithm, which machines may round otherwise. */
function powerUpTo(value: number): number {
  let power = 1;
  while (power > value) power /= 2;
  while (2 * power <= value) power *= 2;
  return power;
}
