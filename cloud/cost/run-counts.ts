import type { Config } from "../../shared/config/schema.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { selectedCount } from "../../shared/rounds/selection.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import { hasState } from "../../shared/strategy/strategy.ts";
import type { FunctionName } from "../../shared/workflow/functions.ts";
import { roundsThatFit } from "../limits/history.ts";
import { flowCounts } from "../workflow/counts.generated.ts";
import type { FlowCounts } from "../workflow/flow-counts.ts";
import { clientsAtOnce } from "./amounts.ts";

/**
 * How often a run does each thing that its price depends on: planned beforehand, or counted afterwards. The final pass is
 * part of all of them.
 */
export interface RunCounts {
  /** Of the state machine. */
  readonly executions: number;
  /** Rounds that train. */
  readonly rounds: number;
  /** Rounds before these that another run has trained, whose records this one takes over. */
  readonly taken: number;
  /** Invocations of TrainClient that train. */
  readonly trainings: number;
  /** Those of them that find what the client kept of an earlier round; of interest where the strategy has it keep anything. */
  readonly returns: number;
  /** Invocations of TrainClient that only evaluate, the final pass's included. */
  readonly evaluations: number;
  /** Clients that failed for good: their state leads to another one. */
  readonly silent: number;
  readonly baseline: BaselineCounts | null;
  /** What PrepareRun did in the command line's place; null where that has laid out the run. */
  readonly laidOut: LayingOut | null;
  /** Of the clients, and of the test set where it evaluates. */
  readonly shards: number;
  /** Whether PrepareRun writes them, or finds those of an earlier run. */
  readonly shardsWritten: boolean;
  /** Environments that read the plan: all but PrepareRun's, each once. */
  readonly environments: number;
}

/** Of a run whose execution somebody started without the command line. */
export interface LayingOut {
  /** Whether the bucket did not hold the data set yet. */
  readonly datasetWritten: boolean;
  /** Whether it is the sample, in the place of MNIST that nobody could fetch. */
  readonly stoodIn: boolean;
}

export interface BaselineCounts {
  readonly invocations: number;
  readonly epochs: number;
  readonly checkpoints: number;
}

export interface Plans {
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
  { rounds: planned, taken = 0, baseline, laidOut = null }: Plans = {},
): RunCounts {
  const { federation, partition } = config;
  const rounds = planned ?? federation.rounds;
  const { round, final } = participantCounts(config);
  const selected = selectedCount(federation, partition.clients);
  const perExecution = federation.executionRounds ?? roundsThatFit(config);
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
    environments: clientsAtOnce(config) + 2 + (config.baseline.enabled ? 1 : 0),
  };
}

/** Different clients among those of all rounds, each round drawing so many of all without replacement. */
function expectedTrained(clients: number, selected: number, rounds: number): number {
  return clients * (1 - (1 - selected / clients) ** rounds);
}

/** Of each function. */
function invocationsByFunction(counts: RunCounts): Record<FunctionName, number> {
  const { rounds, trainings, evaluations, baseline } = counts;
  return {
    PrepareRun: 1,
    TrainClient: trainings + evaluations,
    AggregateRound: rounds + 1,
    TrainBaseline: baseline?.invocations ?? 0,
    FinishRun: 1,
  };
}

export function invocationsOf(counts: RunCounts): number {
  return Object.values(invocationsByFunction(counts)).reduce((sum, count) => sum + count, 0);
}

/**
 * States that the workflow enters for each invocation of a function, its own Task among them. PrepareRun, which a run
 * begins with, has what its first execution is about.
 */
export const statesEntered: Readonly<Record<FunctionName, number>> = {
  PrepareRun: flowCounts.execution.transitions + flowCounts.prepare.transitions,
  TrainClient: flowCounts.participant.transitions,
  AggregateRound: flowCounts.round.transitions,
  TrainBaseline: flowCounts.baseline.transitions,
  FinishRun: flowCounts.finish.transitions,
};

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

export interface Requests {
  /** PUT: all that the functions write by. */
  readonly writes: number;
  /** GET and HEAD. */
  readonly reads: number;
}

/** S3 requests of the functions. The command line's own, which uploads and watches, are not among them. */
export function requestsOf(counts: RunCounts, { federation }: Pick<Config, "federation">): Requests {
  const { rounds, taken, trainings, returns, evaluations, baseline, laidOut, shards, environments } = counts;
  const strategy = openStrategy(federation.strategy);
  const { client } = strategy;
  const keeps = client.keeps.length > 0;
  const stateful = hasState(strategy);
  const receives = keeps || (client.receives.length > 0 && stateful);
  // the start has no state to go on from; with a model that was taken over came its own
  const startsAnew = taken === 0;
  const ofFirstRound = startsAnew && rounds > 0 ? trainings / rounds : 0;
  const models = baseline ? 2 : 1;
  const filesOfModel = 4;
  return {
    writes:
      // plan, partition, the start; the shards with their index
      3 +
      (counts.shardsWritten ? shards + 1 : 0) +
      // the configuration, and the data set
      (laidOut ? 1 + (laidOut.datasetWritten ? 1 : 0) : 0) +
      // the records, the model after them, and its state
      (startsAnew ? 0 : taken + (stateful ? 2 : 1)) +
      trainings * (keeps ? 2 : 1) +
      evaluations +
      // global model and metrics; the final pass has only metrics
      rounds * (stateful ? 3 : 2) +
      1 +
      (baseline ? baseline.epochs + baseline.checkpoints : 0) +
      filesOfModel * models +
      // result and report
      2,
    reads:
      // the configuration, and the shards' index; the data set where there is none
      2 +
      (counts.shardsWritten ? 1 : 0) +
      // the data set even where there is that index, and the sample where there is no MNIST
      (laidOut ? (counts.shardsWritten ? 0 : 1) + (laidOut.stoodIn ? 1 : 0) : 0) +
      // the other run's plan, and the same of it that is written
      (startsAnew ? 0 : 1 + taken + (stateful ? 2 : 1)) +
      environments +
      // the global model and a shard; the update, wherever it comes from
      3 * (trainings + evaluations) +
      (receives ? trainings - ofFirstRound : 0) +
      (keeps ? returns : 0) +
      // the global model before, in the final pass too, and the state before
      rounds +
      1 +
      (stateful ? Math.max(0, startsAnew ? rounds - 1 : rounds) : 0) +
      (baseline ? baseline.invocations * (shards + 1) : 0) +
      // partition, metrics, epochs, the final models
      1 +
      (taken + rounds + 1) +
      (baseline?.epochs ?? 0) +
      models,
  };
}
