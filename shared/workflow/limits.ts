import type { Config } from "../config/schema.ts";
import { clientsAtOnce, shardValueBytes } from "../cost/amounts.ts";
import { checkBudget } from "../cost/budget.ts";
import type { DataSize } from "../cost/data-size.ts";
import { type Durations, durationsOf } from "../cost/durations.ts";
import { lambdaMemoryTooSmall, lambdaTimeTooShort, objectTooLarge } from "../errors.ts";
import { parameterCount } from "../model/shape.ts";
import type { Partition } from "../partition/partition.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { functionLimits } from "./function-limits.ts";
import { type FunctionName, functionNames } from "./functions.ts";
import { memoryBytes } from "./memory.ts";

/** The data set of a run, and how it is divided. */
export interface Sizes {
  readonly data: DataSize;
  /** Examples of each client. */
  readonly clients: readonly { readonly train: number; readonly heldOut: number }[];
  /** Of the publisher's test set, where it evaluates; else 0. */
  readonly testSet: number;
}

export function sizesOf(data: DataSize, { clients, testSet }: Partition): Sizes {
  return {
    data,
    clients: clients.map(({ train, test }) => ({ train: train.length, heldOut: test.length })),
    testSet: testSet?.rows.length ?? 0,
  };
}

/**
 * Whether a configuration fits what AWS and the stack's functions allow, with this data: checked before anything is
 * written. Bytes are counted, times and memory estimated.
 * @throws ObjectTooLarge, LambdaMemoryTooSmall, LambdaTimeTooShort, BudgetTooSmall, each naming the change that would make it fit
 */
export function checkLimits(config: Config, sizes: Sizes): void {
  checkObjects(config, sizes);
  checkMemory(config, sizes);
  checkTime(config, sizes);
  checkBudget(config, sizes.data);
}

/** Lambdas that a new account may run at once. */
const newAccount = 10;

/** What is no error, since throttled invocations are repeated, but takes time; nothing where it cannot be. */
export function concurrencyNote(config: Config): string | undefined {
  const atOnce = clientsAtOnce(config) + (config.baseline.enabled ? 1 : 0);
  if (atOnce <= newAccount) return undefined;
  return (
    `up to ${atOnce} Lambda functions run at once; an account whose quota is ${newAccount}, as a new one's may be, throttles ` +
    "the others, which are repeated and wait: ask AWS for a higher quota of concurrent executions"
  );
}

/** What one PUT takes. */
const maxObjectBytes = 5 * 2 ** 30;

function checkObjects(config: Config, { data, clients, testSet }: Sizes): void {
  const shard = largestOf(clients, testSet) * (data.features * shardValueBytes(config, data) + 4);
  refuse(shard, "a shard", "partition.clients", "raise partition.clients, or lower dataset.limit");
  const { client, state } = openStrategy(config.federation.strategy);
  const vectors = Math.max(1 + client.sends.length, client.keeps.length, Object.keys(state).length);
  const update = 4 * parametersOf(config, data) * vectors;
  refuse(update, "an update", "model.hidden", "take narrower layers");

  function refuse(bytes: number, what: string, field: string, change: string): void {
    if (bytes <= maxObjectBytes) return;
    throw objectTooLarge(
      `${field}: ${what} has ${bytes} bytes, and S3 takes at most ${maxObjectBytes} at once; ${change}`,
    );
  }
}

const memoryRemedies: Readonly<Record<FunctionName, { field: string; change: string }>> = {
  PrepareRun: { field: "dataset", change: "bring a data set of fewer examples or features" },
  TrainClient: {
    field: "partition.clients",
    change:
      "raise partition.clients, lower dataset.limit, or take a narrower model.hidden or a smaller training.batchSize",
  },
  AggregateRound: {
    field: "model.hidden",
    change: "take narrower layers, or lower federation.fraction, so that fewer updates come together",
  },
  TrainBaseline: {
    field: "baseline.enabled",
    change: "set baseline.enabled to false, or lower dataset.limit",
  },
  FinishRun: { field: "model.hidden", change: "take narrower layers" },
};

function checkMemory(config: Config, { data, clients, testSet }: Sizes): void {
  const all = clients.reduce((sum, { train, heldOut }) => sum + train + heldOut, testSet);
  const needed = memoryBytes(config, data, { all, largest: largestOf(clients, testSet) });
  for (const name of functionNames) {
    if (name === "TrainBaseline" && !config.baseline.enabled) continue;
    const megabytes = Math.ceil(needed[name] / 2 ** 20);
    const { memoryMb } = functionLimits[name];
    if (megabytes <= memoryMb) continue;
    const { field, change } = memoryRemedies[name];
    throw lambdaMemoryTooSmall(
      `${field}: ${name} would take about ${megabytes} MB, and has ${memoryMb}; ${change}`,
    );
  }
}

function checkTime(config: Config, { data, clients, testSet }: Sizes): void {
  const mean = durationsOf(config, data);
  const most = (of: "train" | "heldOut") => Math.max(...clients.map((client) => client[of]));
  const largest = durationsOf(config, data, { train: most("train"), heldOut: most("heldOut"), testSet });
  const { localSteps } = config.training;
  const work = localSteps === null ? "training.localEpochs" : "training.localSteps";
  const check = (name: FunctionName, ms: number, what: string, field: string, change: string) => {
    const { timeoutMinutes } = functionLimits[name];
    if (ms <= timeoutMinutes * 60_000) return;
    throw lambdaTimeTooShort(
      `${field}: ${name} would take about ${Math.ceil(ms / 60_000)} minutes for ${what}, and has ${timeoutMinutes}; ${change}`,
    );
  };
  const fewer = "raise partition.clients, or take a narrower model.hidden";
  check(
    "PrepareRun",
    mean.prepareRun,
    "the data set",
    "dataset",
    "bring a data set of fewer examples or features",
  );
  check("TrainClient", largest.trainClient, "the largest client", work, `lower ${work}, ${fewer}`);
  check(
    "TrainClient",
    largest.evaluateClient,
    "the largest evaluation",
    "model.hidden",
    "take narrower layers",
  );
  check(
    "AggregateRound",
    mean.aggregateRound,
    "a round's updates",
    "model.hidden",
    "take narrower layers, or lower federation.fraction",
  );
  if (config.baseline.enabled) {
    check(
      "TrainBaseline",
      invocationMs(mean),
      "one epoch",
      "baseline.enabled",
      "set baseline.enabled to false, or take a narrower model.hidden",
    );
  }
}

/** The shortest invocation of the baseline, with the time that it leaves to write its checkpoint. */
function invocationMs({ openBaseline, baselineEpoch }: Durations): number {
  return openBaseline + baselineEpoch + 5_000;
}

function largestOf(clients: Sizes["clients"], testSet: number): number {
  return Math.max(testSet, ...clients.map(({ train, heldOut }) => train + heldOut));
}

function parametersOf({ model }: Config, { features, classes }: DataSize): number {
  return parameterCount({ features, hidden: model.hidden, classes });
}
