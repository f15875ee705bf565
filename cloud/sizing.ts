import type { Config } from "../shared/config/schema.ts";
import { type DatasetContent, namedTargets } from "../shared/dataset/dataset.ts";
import { datasetInvalid } from "../shared/errors.ts";
import { mostInMicrobatch } from "../shared/model/microbatches.ts";
import { kindOf, specOf } from "../shared/model/spec.ts";
import { lengthOf } from "../shared/model/vector-shape.ts";
import { type Partition, partitionDataset } from "../shared/partition/partition.ts";
import { checkDelta } from "../shared/privacy/check.ts";
import { guaranteeIn } from "../shared/privacy/private-steps.ts";
import { participantCounts } from "../shared/rounds/participants.ts";
import { checkFilled } from "../shared/schema/check-filled.ts";
import { checkSumsOver } from "../shared/secure-aggregation/check.ts";
import { hasMasks } from "../shared/secure-aggregation/settings.ts";
import { UpdateIntegers } from "../shared/secure-aggregation/update-integers.ts";
import { checkTaskData, firstWrongTarget, taskOf } from "../shared/task/tasks.ts";
import { type Amounts, amountsOf, meanAmounts, shardValueBytes } from "./cost/amounts.ts";
import { type DataSize, dataSize } from "./cost/data-size.ts";
import type { Work } from "./cost/speed.ts";
import { type StrategyVectors, strategyVectors } from "./strategy-vectors.ts";

/** How the examples of a data set are divided. */
export interface DividedExamples {
  /** Examples of each client. */
  readonly clients: readonly { readonly train: number; readonly heldOut: number }[];
  /** Of the publisher's test set, where it evaluates; else 0. */
  readonly testSet: number;
}

export function divisionOf({ clients, testSet }: Partition): DividedExamples {
  return {
    clients: clients.map(({ train, test }) => ({ train: train.length, heldOut: test.length })),
    testSet: testSet?.rows.length ?? 0,
  };
}

/** A configuration and its data in the numbers that memory, time, requests and price follow from. */
export interface Sizing {
  readonly config: Config;
  readonly data: DataSize;
  readonly participants: ReturnType<typeof participantCounts>;
  readonly vectors: StrategyVectors;
  /** Integers of a masked update; 0 where nothing is masked. */
  readonly integers: number;
  /** Of the model. */
  readonly parameters: number;
  /** What to change for a smaller one. */
  readonly smallerModel: { readonly field: string; readonly change: string };
  /** Of a model's figures in a record. */
  readonly figureBytes: number;
  /** Whether clients clip the gradient of each example. */
  readonly clips: boolean;
  /** Of a value in the shards. */
  readonly valueBytes: 1 | 4;
  readonly work: Work;
  /** What a client has in the mean, and the most that any has of each. */
  readonly mean: Amounts;
  readonly most: Amounts;
  /** Examples that are used, and those of the client that has most; or of the test set. */
  readonly examples: {
    readonly all: number;
    readonly largest: number;
    /** Of all clients. */
    readonly train: number;
  };
}

/** @param division where it is left out, every client has what it would have in the mean */
export function sizingOf(config: Config, data: DataSize, division?: DividedExamples): Sizing {
  const { training, partition } = config;
  const model = specOf(config, data);
  const kind = kindOf(model);
  const layout = kind.layout(model);
  const valueBytes = shardValueBytes(config, data);
  const mean = meanAmounts(config, data);
  const { clients, testSet } = division ?? {
    clients: Array.from({ length: partition.clients }, () => mean),
    testSet: mean.testSet,
  };
  const most = (of: "train" | "heldOut") => clients.reduce((most, client) => Math.max(most, client[of]), 0);
  return {
    config,
    data,
    participants: participantCounts(config),
    vectors: strategyVectors(config, layout),
    integers: hasMasks(config) ? new UpdateIntegers({ config, model, dataset: data }).length("train") : 0,
    parameters: lengthOf(layout),
    smallerModel: kind.smaller,
    figureBytes: taskOf(config).detailBytes(data),
    clips: guaranteeIn(config) !== undefined,
    valueBytes,
    work: {
      example: kind.work(model),
      trainer: training.trainer,
      batchSize: guaranteeIn(config) ? mostInMicrobatch : training.batchSize,
      // next to nothing of a standardized feature is zero
      filled: valueBytes === 4 ? 1 : data.filled,
    },
    mean,
    most: amountsOf(config, { train: most("train"), heldOut: most("heldOut"), testSet }),
    examples: {
      all: clients.reduce((sum, { train, heldOut }) => sum + train + heldOut, testSet),
      train: clients.reduce((sum, { train }) => sum + train, 0),
      largest: clients.reduce((most, { train, heldOut }) => Math.max(most, train + heldOut), testSet),
    },
  };
}

/** @throws ConfigInvalid, DatasetInvalid where the task cannot be had of the targets */
function checkTargets(config: Config, dataset: DatasetContent): void {
  checkTaskData(config, namedTargets(dataset));
  checkFilled(config, dataset.schema);
  const found = firstWrongTarget(config, dataset, dataset.examples.y);
  if (found) throw datasetInvalid(`${dataset.name}: example ${found.at}: ${found.wrong}`);
}

/**
 * Divides a data set as a run will, to see that it can be done, and how much everybody gets.
 * @throws PartitionInvalid, ConfigInvalid
 */
export function dataSizing(config: Config, dataset: DatasetContent): Sizing {
  const { examples, classes, officialTest } = dataset;
  checkTargets(config, dataset);
  const partition = partitionDataset(examples.y, classes, config, dataset);
  const sizing = sizingOf(config, dataSize(examples, classes, officialTest), divisionOf(partition));
  checkDelta(config, sizing.examples.train);
  checkSumsOver(config, sizing.examples);
  return sizing;
}
