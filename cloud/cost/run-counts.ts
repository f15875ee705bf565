import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import type { Footprint, RunPart } from "../footprint.ts";
import { roundsThatFit } from "../limits/history.ts";
import { maxInlineIterations } from "../quotas.ts";
import type { StrategyObjects } from "../strategy-vectors.ts";
import { flowCounts } from "../workflow/counts.generated.ts";
import type { FlowCounts } from "../workflow/flow-counts.ts";
import type { BaselineCounts, LayingOut, Requests, RunCounts } from "./counts.ts";

/** Invocations of TrainClient at once: an inline Map starts no more. */
export function clientsAtOnce({ round, final }: ReturnType<typeof participantCounts>): number {
  return Math.min(Math.max(round, final), maxInlineIterations);
}

export interface CountedRun {
  /** Rounds that train; all of the configuration's where left out. */
  readonly rounds?: number;
  /** Rounds taken over before these; none where left out. */
  readonly taken?: number;
  /** Left out, a baseline takes one invocation for all of its epochs. */
  readonly baseline?: BaselineCounts;
  readonly laidOut?: LayingOut | null;
}

/**
 * Of an undisturbed run whose shards nobody has written yet.
 * @throws HistoryTooLong where an execution cannot hold a round
 */
export function plannedCounts(
  config: Config,
  { rounds: planned, taken = 0, baseline, laidOut = null }: CountedRun = {},
  participants = participantCounts(config),
): RunCounts {
  const { federation, partition } = config;
  const rounds = planned ?? federation.rounds;
  const { round, final, selected } = participants;
  const perExecution = federation.executionRounds ?? roundsThatFit(config, participants);
  const epochs = config.baseline.epochs;
  const aside = baseline ?? { invocations: 1, epochs, checkpoints: 1 };
  return {
    executions: Math.max(1, Math.ceil(rounds / perExecution)),
    rounds,
    taken,
    trainings: rounds * selected,
    returns:
      rounds * selected -
      expectedTrained(partition.clients, selected, taken + rounds) +
      expectedTrained(partition.clients, selected, taken),
    evaluations: rounds * (round - selected) + final,
    silent: 0,
    baseline: config.baseline.enabled ? aside : null,
    laidOut,
    shards: partition.clients + (federation.evaluation === "test-set" ? 1 : 0),
    shardsWritten: true,
    environments: clientsAtOnce(participants) + 2 + (config.baseline.enabled ? 1 : 0),
  };
}

/** Different clients among those of all rounds, each round drawing so many of all without replacement. */
function expectedTrained(clients: number, selected: number, rounds: number): number {
  return clients * (1 - (1 - selected / clients) ** rounds);
}

/** Of each step of a part of the run. */
export function invocationsIn(
  part: RunPart,
  { rounds, trainings, evaluations, baseline }: RunCounts,
): number {
  switch (part) {
    case "participant":
      return trainings + evaluations;
    case "round":
      return rounds + 1;
    case "baseline":
      return baseline?.invocations ?? 0;
    default:
      return 1;
  }
}

export function invocationsOf(counts: RunCounts, footprints: readonly Footprint[]): number {
  return footprints.reduce((sum, { part }) => sum + invocationsIn(part, counts), 0);
}

/** States that the workflow enters in an undisturbed run, and for each client that failed for good. Retries add to them. */
export function transitionsOf(counts: RunCounts, flow: FlowCounts = flowCounts): number {
  const { executions, rounds, trainings, evaluations, silent, baseline } = counts;
  return (
    executions * flow.execution.transitions +
    flow.prepare.transitions +
    (rounds + 1) * flow.round.transitions +
    (trainings + evaluations) * flow.participant.transitions +
    silent * flow.silent.transitions +
    (baseline?.invocations ?? 0) * flow.baseline.transitions +
    (executions - 1) * flow.continue.transitions +
    flow.finish.transitions
  );
}

/**
 * States that the workflow enters for each invocation of a function, its own Task among them: the first of a part of the run
 * has what else its part enters, and of what prepares a run what its first execution is about.
 */
export function statesEntered(footprint: Footprint, footprints: readonly Footprint[]): number {
  const [first, ...others] = footprints.filter(({ part }) => part === footprint.part);
  if (footprint.name !== first?.name) return 1;
  const around = footprint.part === "prepare" ? flowCounts.execution.transitions : 0;
  return around + flowCounts[footprint.part].transitions - others.length;
}

/** S3 requests of the functions. The command line's own, which uploads and watches, are not among them. */
export function requestsOf(
  counts: RunCounts,
  objects: StrategyObjects,
  footprints: readonly Footprint[],
): Requests {
  const each = footprints.map((footprint) => footprint.requests(counts, objects));
  return {
    writes: each.reduce((sum, { writes }) => sum + writes, 0),
    reads: each.reduce((sum, { reads }) => sum + reads, counts.environments),
  };
}
