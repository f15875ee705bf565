import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import type { Bill } from "../../shared/workflow/bill.ts";
import type { FunctionName } from "../../shared/workflow/functions.ts";
import { steps } from "../../shared/workflow/steps.ts";
import { type Deployment, gigabytesOf } from "../deployment.ts";
import { clientsAtOnce } from "./amounts.ts";
import { billOf } from "./bill.ts";
import type { DataSize } from "./data-size.ts";
import { durationsOf, initializationMs } from "./durations.ts";
import {
  invocationsOf,
  plannedCounts,
  type Requests,
  type RunCounts,
  requestsOf,
  transitionsOf,
} from "./run-counts.ts";
import { type Kept, keptBytes, monthlyCost } from "./storage.ts";

/** What a run will take on AWS, as far as it can be told beforehand. */
export interface Estimate {
  readonly bill: Bill;
  readonly transitions: number;
  readonly invocations: number;
  readonly requests: Requests;
  /** By function. */
  readonly gbSeconds: Readonly<Record<FunctionName, number>>;
  readonly seconds: number;
  readonly kept: Kept;
  /** What keeping all of it costs, US dollars a month. */
  readonly monthly: number;
}

/** Milliseconds between two states. */
const transitionMs = 50;
/** Of the baseline's time, the share that it trains in before it comes back. */
const baselineShare = 0.95;

/** @throws HistoryTooLong where an execution cannot hold a round */
export function estimateRun(config: Config, size: DataSize, deployment: Deployment): Estimate {
  const counts = countsOf(config, size, deployment);
  const { rounds, trainings, evaluations, baseline } = counts;
  const durations = durationsOf(config, size, deployment);
  const { prepareRun, trainClient, evaluateClient, aggregateRound, finishRun, openBaseline, baselineEpoch } =
    durations;
  const atOnce = clientsAtOnce(config);
  const baselineMs = baseline ? baseline.invocations * openBaseline + baseline.epochs * baselineEpoch : 0;
  const seconds = (name: FunctionName, ms: number, environments: number) =>
    ((ms + environments * initializationMs) / 1000) * gigabytesOf(deployment, name);
  const gbSeconds: Record<FunctionName, number> = {
    PrepareRun: seconds("PrepareRun", prepareRun, 1),
    TrainClient: seconds("TrainClient", trainings * trainClient + evaluations * evaluateClient, atOnce),
    AggregateRound: seconds("AggregateRound", (rounds + 1) * aggregateRound, 1),
    TrainBaseline: baseline ? seconds("TrainBaseline", baselineMs, 1) : 0,
    FinishRun: seconds("FinishRun", finishRun, 1),
  };
  const { round } = participantCounts(config);
  const roundMs = Math.ceil(round / atOnce) * trainClient + aggregateRound + 4 * transitionMs;
  const used = {
    invocations: invocationsOf(counts),
    gbSeconds: Object.values(gbSeconds).reduce((sum, one) => sum + one, 0),
    seconds: (prepareRun + Math.max((rounds + 1) * roundMs, baselineMs) + finishRun) / 1000,
  };
  const kept = keptBytes(config, size, counts);
  return {
    bill: billOf(config, counts, used, deployment),
    transitions: transitionsOf(counts),
    invocations: used.invocations,
    requests: requestsOf(counts, config),
    gbSeconds,
    seconds: used.seconds,
    kept,
    monthly: monthlyCost(kept),
  };
}

/** The planned counts, with the baseline in as many invocations as its epochs take. */
function countsOf(config: Config, size: DataSize, deployment: Deployment): RunCounts {
  if (!config.baseline.enabled) return plannedCounts(config);
  const { openBaseline, baselineEpoch } = durationsOf(config, size, deployment);
  const { epochs } = config.baseline;
  const trainingMs = baselineShare * deployment.functions.TrainBaseline.timeoutMinutes * 60_000;
  const perInvocation = Math.max(1, Math.floor((trainingMs - openBaseline) / baselineEpoch));
  const invocations = Math.ceil(epochs / perInvocation);
  const checkpoints = invocations + Math.floor((epochs * baselineEpoch) / steps.trainBaseline.checkpointMs);
  return plannedCounts(config, { baseline: { invocations, epochs, checkpoints } });
}
