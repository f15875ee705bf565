import type { Config } from "../../shared/config/schema.ts";
import { lambdaMemoryTooSmall, lambdaTimeTooShort, objectTooLarge } from "../../shared/errors.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { kindOf, specOf } from "../../shared/model/spec.ts";
import type { Partition } from "../../shared/partition/partition.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { type FunctionName, functionNames } from "../../shared/workflow/functions.ts";
import { mostRecordBytes, resultBytes } from "../../shared/workflow/record-size.ts";
import { steps } from "../../shared/workflow/steps.ts";
import { clientsAtOnce, shardValueBytes } from "../cost/amounts.ts";
import { checkBudget } from "../cost/budget.ts";
import { type DataSize, mnistSize } from "../cost/data-size.ts";
import { type Durations, durationsOf } from "../cost/durations.ts";
import { checkDeployed, type Deployment } from "../deployment.ts";
import { fetchingBytes, memoryBytes } from "./memory.ts";
import { memoryRemedy, timeRemedy } from "./remedy.ts";

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
 * Whether a configuration fits what AWS allows and a stack offers, with this data: checked before any of it is written.
 * Bytes are counted, times and memory estimated.
 * @throws BaselineUnavailable, ObjectTooLarge, LambdaMemoryTooSmall, LambdaTimeTooShort, BudgetTooSmall, each naming the
 * change that would make it fit
 */
export function checkLimits(config: Config, sizes: Sizes, deployment: Deployment): void {
  checkDeployed(config, deployment);
  checkObjects(config, sizes);
  checkRecords(config, sizes);
  checkMemory(config, sizes, deployment);
  checkTime(config, sizes, deployment);
  checkBudget(config, sizes.data, deployment);
}

/** Whether PrepareRun can fetch MNIST, asked before it does. @throws LambdaMemoryTooSmall */
export function checkFetching(deployment: Deployment): void {
  const megabytes = Math.ceil(fetchingBytes(mnistSize) / 2 ** 20);
  const does = ({ functions }: Deployment) => megabytes <= functions.PrepareRun.memoryMb;
  if (does(deployment)) return;
  throw lambdaMemoryTooSmall(
    `dataset: PrepareRun would take about ${megabytes} MB to fetch MNIST, and has ` +
      `${deployment.functions.PrepareRun.memoryMb}; take the sample${orDeploy(memoryRemedy(deployment, "PrepareRun", does))}`,
  );
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
  const update = 4 * parameterCount(specOf(config.model, data)) * vectors;
  const { field, change } = kindOf(config.model).smaller;
  refuse(update, "an update", field, change);

  function refuse(bytes: number, what: string, field: string, change: string): void {
    if (bytes <= maxObjectBytes) return;
    throw objectTooLarge(
      `${field}: ${what} has ${bytes} bytes, and S3 takes at most ${maxObjectBytes} at once; ${change}`,
    );
  }
}

/** Whether plan, partition and result can be read again. */
function checkRecords({ partition }: Config, { data }: Sizes): void {
  const bytes = resultBytes(partition.clients, data);
  if (bytes <= mostRecordBytes) return;
  throw objectTooLarge(
    `partition.clients: the counts of ${partition.clients} clients' examples by ${data.classes} classes may take ${bytes} ` +
      `bytes in a record, and at most ${mostRecordBytes} are read; lower partition.clients, or bring data of fewer classes`,
  );
}

/** What to change where a function has too little memory. */
function memoryRemedies({ model }: Config): Record<FunctionName, { field: string; change: string }> {
  const { smaller } = kindOf(model);
  return {
    PrepareRun: { field: "dataset", change: "bring a data set of fewer examples or features" },
    TrainClient: {
      field: "partition.clients",
      change: `raise partition.clients, lower dataset.limit, ${smaller.change}, or take a smaller training.batchSize`,
    },
    AggregateRound: {
      field: smaller.field,
      change: `${smaller.change}, or lower federation.fraction, so that fewer updates come together`,
    },
    TrainBaseline: {
      field: "baseline.enabled",
      change: "set baseline.enabled to false, or lower dataset.limit",
    },
    FinishRun: smaller,
  };
}

function checkMemory(config: Config, { data, clients, testSet }: Sizes, deployment: Deployment): void {
  const all = clients.reduce((sum, { train, heldOut }) => sum + train + heldOut, testSet);
  const examples = { all, largest: largestOf(clients, testSet) };
  const megabytes = (name: FunctionName, deployed: Deployment) =>
    Math.ceil(memoryBytes(config, data, deployed, examples)[name] / 2 ** 20);
  for (const name of functionNames) {
    if (name === "TrainBaseline" && !config.baseline.enabled) continue;
    const does = (deployed: Deployment) => megabytes(name, deployed) <= deployed.functions[name].memoryMb;
    if (does(deployment)) continue;
    const { field, change } = memoryRemedies(config)[name];
    throw lambdaMemoryTooSmall(
      `${field}: ${name} would take about ${megabytes(name, deployment)} MB, and has ` +
        `${deployment.functions[name].memoryMb}; ${change}${orDeploy(memoryRemedy(deployment, name, does))}`,
    );
  }
}

const orDeploy = (option: string | undefined) => (option ? `; or deploy with ${option}` : "");

/** What one invocation of a function has to end in its time. */
interface Work {
  readonly name: FunctionName;
  readonly what: string;
  readonly field: string;
  readonly change: string;
  /** Milliseconds of it. */
  readonly of: (mean: Durations, largest: Durations) => number;
}

function worksOf({ model, training, baseline }: Config): Work[] {
  const { smaller } = kindOf(model);
  const work = training.localSteps === null ? "training.localEpochs" : "training.localSteps";
  return [
    {
      name: "PrepareRun",
      what: "the data set",
      field: "dataset",
      change: "bring a data set of fewer examples or features",
      of: ({ prepareRun }) => prepareRun,
    },
    {
      name: "TrainClient",
      what: "the largest client",
      field: work,
      change: `lower ${work}, raise partition.clients, or ${smaller.change}`,
      of: (_, { trainClient }) => trainClient,
    },
    {
      name: "TrainClient",
      what: "the largest evaluation",
      ...smaller,
      of: (_, { evaluateClient }) => evaluateClient,
    },
    {
      name: "AggregateRound",
      what: "a round's updates",
      field: smaller.field,
      change: `${smaller.change}, or lower federation.fraction`,
      of: ({ aggregateRound }) => aggregateRound,
    },
    ...(baseline.enabled ? [oneEpoch(smaller.change)] : []),
  ];
}

function oneEpoch(smaller: string): Work {
  return {
    name: "TrainBaseline",
    what: "one epoch",
    field: "baseline.enabled",
    change: `set baseline.enabled to false, or ${smaller}`,
    // the shortest invocation of the baseline, with the time that it leaves to write its checkpoint
    of: ({ openBaseline, baselineEpoch }) => openBaseline + baselineEpoch + steps.trainBaseline.reserveMs,
  };
}

function checkTime(config: Config, { data, clients, testSet }: Sizes, deployment: Deployment): void {
  const most = (of: "train" | "heldOut") => Math.max(...clients.map((client) => client[of]));
  const largest = { train: most("train"), heldOut: most("heldOut"), testSet };
  for (const { name, what, field, change, of } of worksOf(config)) {
    const ms = (deployed: Deployment) =>
      of(durationsOf(config, data, deployed), durationsOf(config, data, deployed, largest));
    const does = (deployed: Deployment) => ms(deployed) <= deployed.functions[name].timeoutMinutes * 60_000;
    if (does(deployment)) continue;
    throw lambdaTimeTooShort(
      `${field}: ${name} would take about ${Math.ceil(ms(deployment) / 60_000)} minutes for ${what}, and has ` +
        `${deployment.functions[name].timeoutMinutes}; ${change}${orDeploy(timeRemedy(deployment, name, does))}`,
    );
  }
}

function largestOf(clients: Sizes["clients"], testSet: number): number {
  return Math.max(testSet, ...clients.map(({ train, heldOut }) => train + heldOut));
}
