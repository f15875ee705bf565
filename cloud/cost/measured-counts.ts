import { sampleDigest } from "../../shared/dataset/known-digests.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { RoundMetrics } from "../../shared/workflow/round-records.ts";
import { steps } from "../../shared/workflow/steps.ts";
import type { Usage } from "../../shared/workflow/usage.ts";
import type { Footprint } from "../footprint.ts";
import type { LayingOut, RunCounts } from "./counts.ts";
import { accountsOf, besideOwners } from "./data-size.ts";
import { invocationsOf } from "./run-counts.ts";

type Told = Pick<
  Plan,
  "config" | "clients" | "examiner" | "origins" | "dataset" | "startedBy" | "agreement" | "helpers"
>;
type Round = Pick<RoundMetrics, "task" | "clients" | "silent">;

/** What a run has left by which its counts can be told. */
export interface Leavings {
  /** Every round, those that were taken over too, and last the final pass. */
  readonly rounds: readonly Round[];
  readonly epochs: number;
  readonly executions: number;
  /** Of the baseline, and of all functions. */
  readonly baseline: Usage;
  readonly usage: Usage;
}

/**
 * What a run took. What its objects do not tell is counted as if undisturbed: attempts that failed, and rounds
 * that were cut off and done again; the shards count as written by it, though it may have found them; and what clients
 * kept in rounds that were taken over counts as found, though another strategy begins anew.
 */
export function measuredCounts(plan: Told, left: Leavings): RunCounts {
  const { clients, examiner } = plan;
  const taken = takenRounds(plan);
  const own = left.rounds.slice(taken);
  const accepted = new Set(left.rounds.slice(0, taken).flatMap(trainedIn));
  let [trainings, evaluations, returns, silent] = [0, 0, 0, 0];
  for (const round of own) {
    const trained = trainedIn(round);
    const failed = round.silent.filter(({ task }) => task === "train").length;
    // the examiner evaluates in every round, and stands in the metrics only where it fails
    const examined = examiner !== null && round.silent.every(({ client }) => client !== examiner) ? 1 : 0;
    trainings += trained.length + failed;
    evaluations += round.clients.length - trained.length + round.silent.length - failed + examined;
    silent += round.silent.length;
    for (const client of trained) {
      if (accepted.has(client)) returns++;
      accepted.add(client);
    }
  }
  const invocations = left.baseline.count;
  const beside = plan.agreement ? besideOwners(clients).clients : 0;
  const owners = plan.agreement ? clients.length - beside : 0;
  return {
    executions: left.executions,
    rounds: own.filter(({ task }) => task === "train").length,
    taken,
    owners,
    beside,
    ...accountsOf(plan),
    trainings,
    returns,
    evaluations,
    masked: hasMasks(plan.config),
    silent,
    baseline:
      left.epochs === 0
        ? null
        : {
            invocations,
            epochs: left.epochs,
            checkpoints: invocations + Math.floor(left.baseline.billedMs / steps.trainBaseline.checkpointMs),
          },
    laidOut: layingOutOf(plan),
    shards: owners > 0 ? beside : clients.length + (examiner === null ? 0 : 1),
    shardsWritten: owners === 0 || beside > 0,
    // PrepareRun's reads no plan
    environments: Math.max(0, left.usage.cold - 1),
  };
}

/** What PrepareRun did for a run that no command line laid out, as its plan tells it. */
export function layingOutOf({ startedBy, dataset }: Pick<Plan, "startedBy" | "dataset">): LayingOut | null {
  if (!startedBy) return null;
  return {
    datasetWritten: dataset.source !== "bucket",
    stoodIn: startedBy.dataset === "mnist" && dataset.digest === sampleDigest,
  };
}

function trainedIn({ clients }: Round): number[] {
  return clients.flatMap(({ client, task }) => (task === "train" ? [client] : []));
}

/** Invocations that were counted, or where a resumed run has lost count as many as its rounds and epochs took. */
export function invocationsBilled(
  counts: RunCounts,
  { count }: Usage,
  footprints: readonly Footprint[],
): number {
  // who is silent may not have been invoked to the end; owners never are
  const silent = counts.owners > 0 ? 0 : counts.silent;
  return Math.max(count, invocationsOf(counts, footprints) - silent);
}
