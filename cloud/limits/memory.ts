import { isSparse } from "../cost/speed.ts";
import type { Sizing } from "../sizing.ts";

/**
 * Bytes of what functions hold, by the formulas of docs/performance.md (Memory): examples as they came, once as S3's answer
 * and once put together, and twice prepared; every vector over the parameters, in the kernel and out of it.
 */

/** Node with the SDK and a bundle, before it works: what AggregateRound and FinishRun, with little to hold, were seen to take. */
export const idleBytes = 110 * 2 ** 20;

/** Of examples as they are stored, each with its label. */
export const examplesBytes = (examples: number, features: number, valueBytes: number): number =>
  examples * (features * valueBytes + 4);

/** Of a shard's examples as they are stored. */
export const shardBytes = ({ data, valueBytes }: Sizing, examples: number): number =>
  examplesBytes(examples, data.features, valueBytes);

/** Of the same in the form that the trainer reads. */
export function preparedBytes(sizing: Sizing, examples: number): number {
  const { work, valueBytes } = sizing;
  if (!isSparse(work.filled)) return shardBytes(sizing, examples);
  return examples * ((valueBytes === 1 ? 4 : 12) * (filledPairs(sizing) + 1) + 8);
}

/** Of a training: model, velocity and the strategy's vectors, in the kernel and out of it, and a minibatch. */
export function trainingBytes(sizing: Sizing): number {
  const { config, data, parameters, vectors, work } = sizing;
  const { receives, keeps, sends, sendsModel } = vectors;
  // with each further training its model, which the next one may start from
  const models = vectors.work.trainings + (config.training.momentum > 0 ? 1 : 0);
  const beside = receives + keeps + sends - (sendsModel ? parameters : 0);
  const batch =
    work.batchSize *
    ((isSparse(work.filled) ? 24 * filledPairs(sizing) : 4 * data.features) + 24 * work.example.activations);
  return 2 * 4 * (models * parameters + beside) + batch;
}

/**
 * Of steps along sums of clipped gradients, beside a training: sums in whole units, and out of the kernel sum, noise and
 * velocity in float64; of each example its squared norm.
 */
export function clippingBytes({ parameters }: Pick<Sizing, "parameters">, examples: number): number {
  return (4 + 3 * 8) * parameters + 8 * examples;
}

const filledPairs = ({ work, data }: Sizing) => (work.filled * data.features) / 2;
