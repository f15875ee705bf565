import type { Config } from "../../shared/config/schema.ts";
import { guaranteeIn, seenInTraining } from "../../shared/privacy/private-steps.ts";
import type { DataSize } from "./data-size.ts";

/** Who has how many examples. */
interface Examples {
  /** Of the publisher's test set, where it evaluates; else 0. */
  readonly testSet: number;
  /** Of one client: what it trains with, and what it holds out. */
  readonly train: number;
  readonly heldOut: number;
}

/** The same with what follows where each client has so many. */
export interface Amounts extends Examples {
  /** Examples that a client sees in training in a round. */
  readonly seen: number;
  /** Examples of all clients and of the test set. */
  readonly used: number;
}

export function amountsOf(config: Config, examples: Examples): Amounts {
  const { partition, training } = config;
  const { train, heldOut, testSet } = examples;
  const { localSteps, localEpochs, batchSize } = training;
  const guarantee = guaranteeIn(config);
  return {
    testSet,
    train,
    heldOut,
    seen: guarantee
      ? seenInTraining(config, guarantee, train)
      : localSteps === null
        ? localEpochs * train
        : Math.min(localSteps * batchSize, localSteps * train),
    used: partition.clients * (train + heldOut) + testSet,
  };
}

/** What each client has in the mean. */
export function meanAmounts(config: Config, size: DataSize): Amounts {
  const { dataset, federation, partition } = config;
  const used = Math.min(dataset.limit ?? size.examples, size.examples);
  const apart = federation.evaluation === "test-set";
  const testSet = apart ? used * (size.testExamples / size.examples) : 0;
  const each = (used - testSet) / partition.clients;
  const heldOut = apart ? 0 : each * dataset.heldOut;
  return amountsOf(config, { testSet, train: each - heldOut, heldOut });
}

/** Bytes of a value in the shards: scaled ones are floats. */
export function shardValueBytes({ dataset }: Config, { valueBytes }: DataSize): 1 | 4 {
  const scaled = dataset.scaling === "standard" || (dataset.scaling === "auto" && valueBytes === 4);
  return scaled ? 4 : valueBytes;
}
