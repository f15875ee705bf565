import { mostInMicrobatch } from "../model/microbatches.ts";
import type { ClippingOptions } from "../model/trainer.ts";

/** Of float32: what rounding to nearest changes at the most, as a share. */
const roundoff = 2 ** -24;

/**
 * The most that a clipped sum (Trainer.clippedSum) changes where an example is added or removed, in the Euclidean norm. The
 * others keep their places, so that they are sampled alike and deal themselves to the same microbatches. With C the clip,
 * u = 2^-24 and d parameters:
 *
 *   An example's gradient is an outer product of float32 numbers, of which delta was scaled by a rounded share: C (1 + 2^-22).
 *   A sum of n gradients rounds n times in float32, whatever the order: n C times n u / (1 - n u) (Higham 2002, section 3.1).
 *   A microbatch's sum is rounded to the grid: sqrt(d) / 2 units. All that follows is exact.
 *
 * A microbatch of n <= 64 becomes one of n - 1, or two of together 65 become one of 64: at the most three microbatches are
 * not what they were, with 64, 64 and 1 examples.
 */
export function clippedSumSensitivity({ clip, unit }: ClippingOptions, parameters: number): number {
  const rounded = (n: number) => (n * n * roundoff) / (1 - n * roundoff);
  const inFloat32 = 2 * rounded(mostInMicrobatch) + rounded(1);
  // products that are less than a normal float32 lose next to nothing of a unit
  const onGrid = (1.5 + 2 ** -30) * Math.sqrt(parameters) * unit;
  return clip * (1 + 2 ** -22) * (1 + inFloat32) + onGrid;
}
