import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import type { Bill } from "../../shared/workflow/bill.ts";
import { steps } from "../../shared/workflow/steps.ts";
import { type Deployment, gigabytesOf, limitsOf } from "../deployment.ts";
import type { Footprint, RunPart, WorkUnit } from "../footprint.ts";
import type { Sizing } from "../sizing.ts";
import { billOf } from "./bill.ts";
import type { Requests, RunCounts } from "./counts.ts";
import {
  clientsAtOnce,
  invocationsIn,
  invocationsOf,
  plannedCounts,
  requestsOf,
  simulatedPart,
  transitionsOf,
} from "./run-counts.ts";
import { initializationMs } from "./speed.ts";
import { type Kept, keptBytes, monthlyCost } from "./storage.ts";

/** What a run will use on AWS, as far as it can be told beforehand. */
export interface Used<Name extends string = string> {
  readonly counts: RunCounts;
  readonly invocations: number;
  /** By function. */
  readonly gbSeconds: Readonly<Record<Name, number>>;
  /** From the run's start to its end. */
  readonly seconds: number;
  readonly bill: Bill;
}

/** The same, for whoever asks what a run will cost, with what it leaves in S3. */
export interface CostEstimate<Name extends string = string> extends Omit<Used<Name>, "counts"> {
  readonly transitions: number;
  readonly requests: Requests;
  readonly kept: Kept;
  /** What keeping all of it costs, US dollars a month. */
  readonly monthly: number;
}

/** Milliseconds between two states. */
const transitionMs = 50;
/** Of the baseline's time, the share that it trains in before it comes back. */
const baselineShare = 0.95;

/** @throws HistoryTooLong where an execution cannot hold a round */
export function estimateRun<Name extends string>(
  sizing: Sizing,
  deployment: Deployment<Name>,
  footprints: readonly Footprint<Name>[],
): CostEstimate<Name> {
  const { counts, bill, invocations, gbSeconds, seconds } = usedBy(sizing, deployment, footprints);
  const kept = keptBytes(sizing, counts);
  return {
    bill,
    transitions: transitionsOf(counts),
    invocations,
    requests: requestsOf(counts, sizing.vectors, footprints),
    gbSeconds,
    seconds,
    kept,
    monthly: monthlyCost(kept),
  };
}

/** @throws HistoryTooLong where an execution cannot hold a round */
export function usedBy<Name extends string>(
  sizing: Sizing,
  deployment: Deployment<Name>,
  footprints: readonly Footprint<Name>[],
): Used<Name> {
  const { config, data, mean, participants, vectors } = sizing;
  const atOnce = clientsAtOnce(participants);
  const msOf = (one: Footprint) => one.ms(sizing, mean, limitsOf(deployment, one.name).memoryMb);
  /** Milliseconds of one invocation of each step of a part, or of what else it does so often. */
  const partMs = (part: RunPart, unit: WorkUnit = "invocation") =>
    footprints.reduce((sum, one) => sum + (one.part === part ? (msOf(one)[unit] ?? 0) : 0), 0);
  const [openMs, epochMs] = [partMs("baseline"), partMs("baseline", "epoch")];
  const baselineMinutes = footprints.flatMap(({ name, part }) =>
    part === "baseline" ? [limitsOf(deployment, name).timeoutMinutes] : [],
  );
  const counts = plannedCounts(
    config,
    {
      baseline: baselineCounts(sizing, Math.min(...baselineMinutes), openMs, epochMs),
      owners: data.owners ?? false,
      accounts: data.accounts ?? 0,
      helpersInAccounts: data.helpersInAccounts ?? 0,
      beside: data.beside?.clients ?? 0,
    },
    participants,
  );
  const { rounds, baseline } = counts;

  const billed = footprints.map((one): [Name, number] => {
    const once = { participant: atOnce, opening: helperNumbers.length }[one.part as string] ?? 1;
    const environments = invocationsIn(one.part, counts) > 0 ? once : 0;
    const ms = totalMs(one.part, msOf(one), counts) + environments * initializationMs;
    return [one.name, (ms / 1000) * gigabytesOf(deployment, one.name)];
  });
  const roundMs =
    Math.ceil(participants.round / atOnce) * partMs("participant", "training") +
    partMs("round") +
    (counts.masked ? partMs("opening") + 2 * transitionMs : 0) +
    4 * transitionMs;
  const baselineMs = baseline ? baseline.invocations * openMs + baseline.epochs * epochMs : 0;
  const used = {
    invocations: invocationsOf(counts, footprints),
    gbSeconds: billed.reduce((sum, [, one]) => sum + one, 0),
    seconds: (partMs("prepare") + Math.max((rounds + 1) * roundMs, baselineMs) + partMs("finish")) / 1000,
  };
  return {
    counts,
    ...used,
    gbSeconds: Object.fromEntries(billed) as Record<Name, number>,
    bill: billOf(vectors, counts, used, deployment, footprints),
  };
}

/** Milliseconds that a step is billed for in a whole run, environments' starts aside. */
function totalMs(part: RunPart, ms: Partial<Record<WorkUnit, number>>, counts: RunCounts): number {
  const { trainings, evaluations, baseline } = part === "participant" ? simulatedPart(counts) : counts;
  if (invocationsIn(part, counts) === 0) return 0;
  return (
    invocationsIn(part, counts) * (ms.invocation ?? 0) +
    trainings * (ms.training ?? 0) +
    evaluations * (ms.evaluation ?? 0) +
    (baseline?.epochs ?? 0) * (ms.epoch ?? 0)
  );
}

/** As many invocations as the baseline's epochs take. */
function baselineCounts({ config }: Sizing, timeoutMinutes: number, openMs: number, epochMs: number) {
  const { epochs } = config.baseline;
  const trainingMs = baselineShare * timeoutMinutes * 60_000;
  const perInvocation = Math.max(1, Math.floor((trainingMs - openMs) / epochMs));
  const invocations = Math.ceil(epochs / perInvocation);
  const checkpoints = invocations + Math.floor((epochs * epochMs) / steps.trainBaseline.checkpointMs);
  return { invocations, epochs, checkpoints };
}

/** Gigabyte-seconds of the steps of some parts of a run. */
export function gbSecondsIn(
  gbSeconds: Readonly<Record<string, number>>,
  footprints: readonly Footprint[],
  ...some: readonly RunPart[]
): number {
  return footprints.reduce(
    (sum, { name, part }) => sum + (some.includes(part) ? (gbSeconds[name] ?? 0) : 0),
    0,
  );
}
