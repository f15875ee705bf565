import type { Config } from "../config/schema.ts";
import type { RandomStream } from "../random.ts";
import { epochOrders } from "./orders.ts";
import type { TrainingOptions } from "./trainer.ts";

type Settings = Pick<Config["training"], "localEpochs" | "localSteps" | "batchSize">;

/** How much a client trains in a round, which its configuration and the number of its examples determine. */
export interface LocalAmount {
  /** Epochs begun, of which the last may be a part. */
  readonly epochs: number;
  /** Minibatches. */
  readonly steps: number;
  /** Examples seen: each as often as it is in a minibatch. */
  readonly seen: number;
  /** Examples seen in the last of the epochs. */
  readonly ofLast: number;
}

/** Whole epochs, or so many minibatches. */
export function localAmount({ localEpochs, localSteps, batchSize }: Settings, count: number): LocalAmount {
  const stepsPerEpoch = Math.ceil(count / batchSize);
  if (localSteps === null) {
    return {
      epochs: localEpochs,
      steps: localEpochs * stepsPerEpoch,
      seen: localEpochs * count,
      ofLast: count,
    };
  }
  const epochs = Math.ceil(localSteps / stepsPerEpoch);
  const stepsOfLast = localSteps - (epochs - 1) * stepsPerEpoch;
  const ofLast = Math.min(count, stepsOfLast * batchSize);
  return { epochs, steps: localSteps, seen: (epochs - 1) * count + ofLast, ofLast };
}

/** The same as work: which rows in which order. */
export function localWork(
  settings: Settings,
  count: number,
  stream: RandomStream,
): Pick<TrainingOptions, "epochs" | "order"> & LocalAmount {
  const amount = localAmount(settings, count);
  const order = epochOrders(count, stream);
  return {
    ...amount,
    order: (epoch) => (epoch === amount.epochs - 1 ? order(epoch).subarray(0, amount.ofLast) : order(epoch)),
  };
}
