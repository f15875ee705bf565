import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { maxInlineIterations } from "../quotas.ts";
import type { DataSize } from "./data-size.ts";

/** Who has how many examples. */
export interface Amounts {
  /** Of the publisher's test set, where it evaluates; else 0. */
  readonly testSet: number;
  /** Of one client: what it trains with, and what it holds out. */
  readonly train: number;
  readonly heldOut: number;
}

/** What each client has in the mean. */
export function meanAmounts({ dataset, federation, partition }: Config, size: DataSize): Amounts {
  const used = Math.min(dataset.limit ?? size.examples, size.examples);
  const apart = federation.evaluation === "test-set";
  const testSet = apart ? used * (size.testExamples / size.examples) : 0;
  const each = (used - testSet) / partition.clients;
  const heldOut = apart ? 0 : each * dataset.heldOut;
  return { testSet, train: each - heldOut, heldOut };
}

/** Examples that a client sees in training in a round. */
export function seenInRound({ training }: Config, train: number): number {
  const { localSteps, localEpochs, batchSize } = training;
  return localSteps === null ? localEpochs * train : Math.min(localSteps * batchSize, localSteps * train);
}

/** Bytes of a value in the shards: scaled ones are floats. */
export function shardValueBytes({ dataset }: Config, { valueBytes }: DataSize): 1 | 4 {
  const scaled = dataset.scaling === "standard" || (dataset.scaling === "auto" && valueBytes === 4);
  return scaled ? 4 : valueBytes;
}

/** Invocations of TrainClient at once: an inline Map starts no more. */
export function clientsAtOnce(config: Config): number {
  const { round, final } = participantCounts(config);
  return Math.min(Math.max(round, final), maxInlineIterations);
}
