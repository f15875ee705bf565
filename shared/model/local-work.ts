import type { Config } from "../config/schema.ts";
import { guaranteeIn, seenInTraining, stepsOfTraining } from "../privacy/private-steps.ts";
import type { RandomStream } from "../random.ts";
import { epochOrders } from "./orders.ts";
import type { TrainingOptions } from "./trainer.ts";

type Settings = Pick<Config["training"], "localEpochs" | "localSteps" | "batchSize">;

/** How much a client trains in a round, as it is told. */
export interface LocalAmount {
  /** Minibatches. */
  readonly steps: number;
  /** Examples seen: each as often as it is in a minibatch; with a guarantee those that are sampled in the mean. */
  readonly seen: number;
}

/** How much a client trains in a round: its configuration and the number of its examples determine it. */
export function localAmount(config: Pick<Config, "training" | "privacy">, count: number): LocalAmount {
  const guarantee = guaranteeIn(config);
  if (!guarantee) return epochsOf(config.training, count);
  return { steps: stepsOfTraining(config, guarantee), seen: seenInTraining(config, guarantee, count) };
}

/** Whole epochs, or so many minibatches. */
function epochsOf({ localEpochs, localSteps, batchSize }: Settings, count: number) {
  const stepsPerEpoch = Math.ceil(count / batchSize);
  if (localSteps === null) {
    return {
      epochs: localEpochs,
      steps: localEpochs * stepsPerEpoch,
      seen: localEpochs * count,
      /** Examples seen in the last of the epochs. */
      ofLast: count,
    };
  }
  const epochs = Math.ceil(localSteps / stepsPerEpoch);
  const stepsOfLast = localSteps - (epochs - 1) * stepsPerEpoch;
  const ofLast = Math.min(count, stepsOfLast * batchSize);
  return { epochs, steps: localSteps, seen: (epochs - 1) * count + ofLast, ofLast };
}

/** A training without a guarantee as work: which rows in which order. */
export function localWork(
  settings: Settings,
  count: number,
  stream: RandomStream,
): Pick<TrainingOptions, "epochs" | "order"> & LocalAmount {
  const { epochs, ofLast, ...amount } = epochsOf(settings, count);
  const order = epochOrders(count, stream);
  return {
    ...amount,
    epochs,
    order: (epoch) => (epoch === epochs - 1 ? order(epoch).subarray(0, ofLast) : order(epoch)),
  };
}
