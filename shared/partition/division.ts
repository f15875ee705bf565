import type { Config } from "../config/schema.ts";
import type { DatasetContent } from "../dataset/dataset.ts";
import { type Examples, takeExamples } from "../dataset/examples.ts";
import { applyScaling, fitScaling, isScaled, momentsOf, type Scaling } from "../dataset/scaling.ts";
import { fitTargets, targetMoments } from "../dataset/target-scaling.ts";
import { checkFilled } from "../schema/check-filled.ts";
import { filledFeatures } from "../schema/encode.ts";
import type { TargetScaling } from "../task/fit.ts";
import type { PartitionRecord } from "../workflow/plan-record.ts";
import { type Partition, partitionDataset } from "./partition.ts";

/** One client's examples, or the publisher's test set, which nobody trains with. */
export interface Shard {
  readonly train: Examples;
  readonly test: Examples;
}

/** A data set as the clients of a run have it. */
export interface Division extends Partition {
  /** What was applied to every example; null where they are as they came. */
  readonly scaling: Scaling | null;
  /** Of targets that are numbers, which stay as they came. */
  readonly targets?: TargetScaling;
  /** By the numbers of the clients, and behind them the test set's. Each is made when it is asked for. */
  readonly shards: readonly (() => Shard)[];
}

/** Divides a data set as a configuration says: PrepareRun writes its shards, and fedstep verify makes them again. */
export function divide(content: DatasetContent, config: Config): Division {
  const { examples, classes, schema } = content;
  const { clients, testSet } = partitionDataset(examples.y, classes, config, content);
  checkFilled(config, schema);
  // each client's report is made of its own training examples, and only the reports meet
  const scaling = isScaled(config.dataset.scaling, examples)
    ? fitScaling(
        clients.map(({ train }) => momentsOf(takeExamples(examples, train))),
        schema && filledFeatures(schema),
      )
    : null;
  const targets =
    examples.y instanceof Float32Array
      ? fitTargets(clients.map(({ train }) => targetMoments(takeExamples(examples, train))))
      : undefined;
  const take = (rows: Uint32Array): Examples => {
    const taken = takeExamples(examples, rows);
    return scaling ? applyScaling(taken, scaling) : taken;
  };
  const parts = [...clients, ...(testSet ? [{ train: new Uint32Array(), test: testSet.rows }] : [])];
  return {
    clients,
    testSet,
    scaling,
    ...(targets && { targets }),
    shards: parts.map(({ train, test }) => () => ({ train: take(train), test: take(test) })),
  };
}

/** @param shards the digest of each shard's object */
export function partitionRecordOf(
  { clients, testSet, scaling, targets }: Division,
  shards: readonly string[],
): PartitionRecord {
  return {
    clients: clients.map(({ client, train, test, heldOutLabels, labelCounts }) => ({
      client,
      train: train.length,
      heldOut: test.length,
      heldOutLabels: [...heldOutLabels],
      labelCounts: [...labelCounts],
    })),
    shards: [...shards],
    testSet: testSet && { labelCounts: [...testSet.labelCounts] },
    scaling,
    ...(targets && { targets }),
  };
}
