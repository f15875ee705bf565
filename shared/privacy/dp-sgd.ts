import type { PreparedExamples, Trainer } from "../model/trainer.ts";
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

export interface DpSgdOutcome {
  /** Flat, by the model's layout. */
  readonly parameters: Float32Array;
  /** Sum over all that were sampled of their loss at that moment: of single examples, and without noise. */
  readonly lossSum: number;
  /** How many were sampled in all steps, which is as little to be told. */
  readonly seen: number;
}

/**
 * Differentially private stochastic gradient descent (Abadi et al. 2016, "Deep learning with differential privacy"), whose
 * parameters may be told: with g_i the gradients of the examples of a Poisson sample, n of all examples and S the
 * sensitivity of their sum,
 *
 *   v = momentum v + (sum of g_i min(1, clip / |g_i|) + noise) / (samplingRate n),   w = w - learningRate v
 *
 * noise: discrete Gaussian, of deviation noiseMultiplier S. Sum and noise are whole units, and added exactly. The sum is
 * divided by how many are expected, which everybody knows, and never by how many there are.
 * @throws RangeError for options that make no step
 */
export async function dpSgd(
  trainer: Pick<Trainer, "clippedSum">,
  start: Float32Array,
  examples: PreparedExamples,
  options: DpSgdOptions,
): Promise<DpSgdOutcome> {
  const { steps, samplingRate, clip, noiseMultiplier, learningRate, momentum = 0, random } = options;
  const clipping = { clip, unit: gridUnit(clip) };
  const sensitivity = clippedSumSensitivity(clipping, start.length);
  const deviation = noiseDeviation(noiseMultiplier * sensitivity, clipping.unit);
  const sampling = random.secret("dp-sgd/sampling");
  const noise = random.secret("dp-sgd/noise");
  /** From whole units to a mean gradient. */
  const scale = clipping.unit / (samplingRate * examples.count);
  const parameters = start.slice();
  const velocity = new Float64Array(start.length);
  let [lossSum, seen] = [0, 0];
  for (let step = 0; step < steps; step++) {
    const rows = poissonSample(examples.count, samplingRate, sampling);
    const clipped = await trainer.clippedSum(parameters, examples, rows, clipping);
    const added = deviation && discreteGaussian(start.length, deviation, noise);
    for (let k = 0; k < start.length; k++) {
      const sum = (clipped.sum[k] as number) + (added ? (added[k] as number) : 0);
      const v = momentum * (velocity[k] as number) + scale * sum;
      velocity[k] = v;
      parameters[k] = (parameters[k] as number) - learningRate * v;
    }
    lossSum += clipped.lossSum;
    seen += clipped.examples;
  }
  return { parameters, lossSum, seen };
}

/** The grid of clipped sums: the power of two that is 2^-20 of the clip, or up to half of that. */
export function gridUnit(clip: number): number {
  let power = 1;
  while (power > clip) power /= 2;
  while (2 * power <= clip) power *= 2;
  return power * 2 ** -20;
}

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
