import type { Config } from "../../shared/config/schema.ts";
import { parameterCount } from "../../shared/model/parameters.ts";
import { specOf } from "../../shared/model/spec.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import type { FunctionName } from "../../shared/workflow/functions.ts";
import { steps } from "../../shared/workflow/steps.ts";
import type { Deployment } from "../deployment.ts";
import { type Amounts, meanAmounts, seenInRound, shardValueBytes } from "./amounts.ts";
import type { DataSize } from "./data-size.ts";
import { evaluationMs, onLambda, trainingMs, type Work } from "./speed.ts";

/** Milliseconds that S3 takes to answer one small request within its region: an assumption, as of its usual latency. */
export const s3Ms = { read: 20, write: 30 };
/** Milliseconds a megabyte takes from S3 or to it: 80 MB/s, an assumption for functions of less than one vCPU. */
const s3MsPerMb = 12.5;

/**
 * What was measured on the core of docs/performance.md, in milliseconds: SDK, formats and digests of an invocation;
 * the initialization of a cold environment; the making of a report; of a byte of data set, dividing it; of an update's
 * parameter, decoding, checking and adding it up.
 */
const measured = { invocation: 9.2, initialization: 140, report: 150, perByte: 1.1e-5, perParameter: 1e-5 };

/** Milliseconds billed of an invocation of each function in the mean, in a warm environment. */
export interface Durations {
  readonly prepareRun: number;
  readonly trainClient: number;
  /** TrainClient in the final pass, or where it only evaluates. */
  readonly evaluateClient: number;
  readonly aggregateRound: number;
  /** All that the baseline does besides its epochs. */
  readonly openBaseline: number;
  readonly baselineEpoch: number;
  readonly finishRun: number;
}

export function workOf({ model, training }: Config, size: DataSize, scaled: boolean): Work {
  return {
    model: specOf(model, size),
    trainer: training.trainer,
    batchSize: training.batchSize,
    // next to nothing of a standardized feature is zero
    filled: scaled ? 1 : size.filled,
  };
}

/** @param amounts of the clients; what they have in the mean where left out */
export function durationsOf(
  config: Config,
  size: DataSize,
  { functions }: Deployment,
  amounts: Amounts = meanAmounts(config, size),
): Durations {
  const valueBytes = shardValueBytes(config, size);
  const work = workOf(config, size, valueBytes > size.valueBytes || valueBytes === 4);
  const { train, heldOut, testSet } = amounts;
  const { clients } = config.partition;
  const { round } = participantCounts(config);
  const parameters = parameterCount(work.model);
  const modelMb = (4 * parameters) / 2 ** 20;
  const mb = (examples: number, bytes: number) => (examples * size.features * bytes) / 2 ** 20;
  const busy = (name: FunctionName, ms: number) =>
    onLambda(measured.invocation + ms, functions[name].memoryMb);
  const transfer = (megabytes: number) => s3MsPerMb * megabytes;
  const roundTrip = s3Ms.read + s3Ms.write;

  // a warm environment has kept its clients' shards, or reads them while others wait
  const client = (seen: number, tested: number) =>
    roundTrip +
    transfer(2 * modelMb) +
    busy("TrainClient", trainingMs(work, seen) + evaluationMs(work, tested));
  const examples = clients * (train + heldOut) + testSet;
  const reads = Math.ceil(round / steps.aggregateRound.updateReaders);
  return {
    prepareRun:
      3 * s3Ms.read +
      Math.ceil((clients + 4) / steps.prepareRun.shardWriters) * s3Ms.write +
      transfer(mb(size.examples, size.valueBytes) + mb(examples, valueBytes)) +
      busy("PrepareRun", measured.perByte * size.examples * size.features * size.valueBytes),
    trainClient: client(seenInRound(config, train), heldOut),
    evaluateClient: client(0, testSet > 0 ? testSet : heldOut),
    aggregateRound:
      (reads + 1) * s3Ms.read +
      2 * s3Ms.write +
      transfer((round + 2) * modelMb) +
      busy("AggregateRound", measured.perParameter * parameters * round),
    openBaseline:
      Math.ceil(clients / steps.trainBaseline.shardReaders) * s3Ms.read +
      s3Ms.write +
      transfer(mb(examples, valueBytes) + 2 * modelMb) +
      busy("TrainBaseline", measured.perByte * examples * size.features * valueBytes),
    baselineEpoch:
      s3Ms.write +
      onLambda(
        trainingMs(work, clients * train) + evaluationMs(work, clients * heldOut + testSet),
        functions.TrainBaseline.memoryMb,
      ),
    finishRun:
      (Math.ceil((config.federation.rounds + config.baseline.epochs) / steps.finishRun.recordReaders) + 4) *
        s3Ms.read +
      3 * s3Ms.write +
      transfer(6 * modelMb) +
      busy("FinishRun", measured.report),
  };
}

/** Milliseconds billed for starting an environment, which has a whole vCPU until its first invocation. */
export const initializationMs = onLambda(measured.initialization, Number.POSITIVE_INFINITY);
