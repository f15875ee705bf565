import type { Config } from "../config/schema.ts";
import type { RandomStream } from "../random.ts";
import { epochOrders } from "./orders.ts";
import type { TrainingOptions } from "./trainer.ts";

type Settings = Pick<Config["training"], "localEpochs" | "localSteps" | "batchSize">;

/** How much a client trains in a round: whole epochs, or so many minibatches, of which the last epoch may be a part. */
export interface LocalWork extends Pick<TrainingOptions, "epochs" | "order"> {
  /** Examples seen: each as often as it is in a minibatch. */
  readonly seen: number;
}

export function localWork(
  { localEpochs, localSteps, batchSize }: Settings,
  count: number,
  stream: RandomStream,
): LocalWork {
  const order = epochOrders(count, stream);
  if (localSteps === null) return { epochs: localEpochs, order, seen: localEpochs * count };
  const stepsPerEpoch = Math.ceil(count / batchSize);
  const epochs = Math.ceil(localSteps / stepsPerEpoch);
  const stepsOfLast = localSteps - (epochs - 1) * stepsPerEpoch;
  const ofLast = Math.min(count, stepsOfLast * batchSize);
  return {
    epochs,
    order: (epoch) => (epoch === epochs - 1 ? order(epoch).subarray(0, ofLast) : order(epoch)),
    seen: (epochs - 1) * count + ofLast,
  };
}
