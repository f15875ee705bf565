import { mostInMicrobatch } from "../model/microbatches.ts";
import type { DescentOutcome, PreparedExamples, Trainer } from "../model/trainer.ts";
import type { SecretStream } from "../secret-random.ts";
import { discreteGaussian, type Rational } from "./noise/discrete-gaussian.ts";
import { poissonSample } from "./noise/poisson-sample.ts";
import { clippedSumSensitivity } from "./sensitivity.ts";

export interface DpSgdOptions {
  readonly steps: number;
  /** Each example takes part in a step with this probability. */
  readonly samplingRate: number;
  /** The most that an example's gradient has in the Euclidean norm. */
  readonly clip: number;
  /** Deviation of the noise, by the sum's sensitivity; 0 for none, which protects nobody. */
  readonly noiseMultiplier: number;
  readonly learningRate: number;
  /** As in TrainingOptions; 0 where it is left out. */
  readonly momentum?: number;
  /** Secret streams, one for each label. */
  readonly random: { secret(label: string): SecretStream };
}

/**
 * Differentially private stochastic gradient descent (Abadi et al. 2016, "Deep learning with differential privacy"), whose
 * parameters may be told, and neither its losses nor how many took part: with g_i the gradients of the examples of a Poisson
 * sample, n the number of all examples and S the sensitivity of the sum,
 *
 *   v = momentum v + (sum of g_i min(1, clip / |g_i|) + noise) / (samplingRate n),   w = w - learningRate v
 *
 * noise: discrete Gaussian, of deviation noiseMultiplier S. Sum and noise are whole units, and added exactly. The sum is
 * divided by how many are expected, which everybody knows, and never by how many there are.
 * @throws RangeError for options that make no step
 */
export async function dpSgd(
  trainer: Pick<Trainer, "descend">,
  start: Float32Array,
  examples: PreparedExamples,
  options: DpSgdOptions,
): Promise<DescentOutcome> {
  const { steps, samplingRate, clip, noiseMultiplier, learningRate, momentum = 0, random } = options;
  const expected = samplingRate * examples.count;
  const unit = gridUnit(clip, expected, noiseMultiplier);
  const sensitivity = clippedSumSensitivity({ clip, unit }, start.length);
  const deviation = noiseDeviation(noiseMultiplier * sensitivity, unit);
  const sampling = random.secret("dp-sgd/sampling");
  const noise = random.secret("dp-sgd/noise");
  return trainer.descend(start, examples, {
    ...{ steps, clip, unit, learningRate, momentum },
    scale: unit / expected,
    rows: () => poissonSample(examples.count, samplingRate, sampling),
    ...(deviation && { noise: () => discreteGaussian(start.length, deviation, noise) }),
  });
}

/**
 * The grid of sums that 32 bits hold: the power of two that is 2^-20 of the clip, or up to half of that; coarser where so many
 * are expected, or so much noise, that either could reach 2^29. Twelve deviations are exceeded once in 10^30 times.
 */
export function gridUnit(clip: number, expected: number, noiseMultiplier: number): number {
  const largest = clip * Math.max(mostSampled(expected), 13 * noiseMultiplier);
  let unit = 2 ** -20;
  while (unit > clip * 2 ** -20) unit /= 2;
  while (2 * unit <= clip * 2 ** -20 || largest / unit >= 2 ** 29) unit *= 2;
  return unit;
}

/** Examples of a Poisson sample that are exceeded once in 10^30 times. @param expected in the mean */
export const mostSampled = (expected: number): number =>
  expected + 12 * Math.sqrt(expected) + mostInMicrobatch;

/**
 * A deviation in units of the grid, as the sampler takes it: rounded up, by 2^-16 at the most. undefined for none.
 * @throws RangeError where it is too large for the grid
 */
export function noiseDeviation(deviation: number, unit: number): Rational | undefined {
  if (deviation === 0) return undefined;
  const units = deviation / unit;
  const denominator = units < 2 ** 16 ? 2 ** 16 : 1;
  return { numerator: Math.ceil(units * denominator), denominator };
}
