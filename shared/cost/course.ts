import type { Config } from "../config/schema.ts";
import { participantCounts } from "../rounds/participants.ts";
import { selectedCount } from "../rounds/selection.ts";
import { openStrategy } from "../strategy/strategies.ts";
import { hasState } from "../strategy/strategy.ts";
import { roundsThatFit } from "../workflow/history.ts";
import { clientsAtOnce } from "./amounts.ts";

/**
 * What a run goes through from its start to its result, as far as its price depends on it: planned beforehand, or
 * counted afterwards. The final pass is part of every course.
 */
export interface Course {
  /** Of the state machine. */
  readonly executions: number;
  /** Rounds that train. */
  readonly rounds: number;
  /** Invocations of TrainClient that train. */
  readonly trainings: number;
  /** Those of them that find what the client kept of an earlier round; of interest where the strategy has it keep anything. */
  readonly returns: number;
  /** Invocations of TrainClient that only evaluate, the final pass's included. */
  readonly evaluations: number;
  /** Clients that failed for good: their state leads to another one. */
  readonly silent: number;
  readonly baseline: BaselineCourse | null;
  /** Of the clients, and of the test set where it evaluates. */
  readonly shards: number;
  /** Whether PrepareRun writes them, or finds those of an earlier run. */
  readonly shardsWritten: boolean;
  /** Environments that read the plan: all but PrepareRun's, each once. */
  readonly environments: number;
}

export interface BaselineCourse {
  readonly invocations: number;
  readonly epochs: number;
  readonly checkpoints: number;
}

export interface Plans {
  /** Rounds that train; all of the configuration's where left out. */
  readonly rounds?: number;
  /** Left out, a baseline takes one invocation for all of its epochs. */
  readonly baseline?: BaselineCourse;
}

/**
 * The undisturbed course of a run whose shards nobody has written yet.
 * @throws HistoryTooLong where an execution cannot hold a round
 */
export function plannedCourse(config: Config, { rounds: planned, baseline }: Plans = {}): Course {
  const { federation, partition } = config;
  const rounds = planned ?? federation.rounds;
  const { round, final } = participantCounts(config);
  const selected = selectedCount(federation, partition.clients);
  const perExecution = federation.executionRounds ?? roundsThatFit(config);
  const epochs = config.baseline.epochs;
  const aside = baseline ?? { invocations: 1, epochs, checkpoints: 1 };
  return {
    executions: Math.ceil(rounds / perExecution),
    rounds,
    trainings: rounds * selected,
    returns: rounds * selected - expectedTrained(partition.clients, selected, rounds),
    evaluations: rounds * (round - selected) + final,
    silent: 0,
    baseline: config.baseline.enabled ? aside : null,
    shards: partition.clients + (federation.evaluation === "test-set" ? 1 : 0),
    shardsWritten: true,
    environments: clientsAtOnce(config) + 2 + (config.baseline.enabled ? 1 : 0),
  };
}

/** Different clients among those of all rounds, each round drawing so many of all without replacement. */
function expectedTrained(clients: number, selected: number, rounds: number): number {
  return clients * (1 - (1 - selected / clients) ** rounds);
}

/** Invocations of all functions. */
export function invocationsOf({ rounds, trainings, evaluations, baseline }: Course): number {
  const [prepareRun, finishRun] = [1, 1];
  return prepareRun + trainings + evaluations + (rounds + 1) + (baseline?.invocations ?? 0) + finishRun;
}

/**
 * States that the workflow enters: in each execution IsContinued, Train, both branches' first Choices and last Passes
 * and IsRunDone, with PrepareRun in the first, FinishRun in the last and ContinueRun in the others; in each round Round,
 * its participants, AggregateRound and IsFederationDone; and TrainBaseline with its Choice. Retries add to them.
 */
export function transitionsOf(course: Course): number {
  const { executions, rounds, trainings, evaluations, silent, baseline } = course;
  const [prepareRun, finishRun] = [1, 1];
  return (
    7 * executions +
    (executions - 1) +
    prepareRun +
    3 * (rounds + 1) +
    trainings +
    evaluations +
    silent +
    2 * (baseline?.invocations ?? 0) +
    finishRun
  );
}

export interface Requests {
  /** PUT: all that the functions write by. */
  readonly writes: number;
  /** GET and HEAD. */
  readonly reads: number;
}

/** S3 requests of the functions. The command line's own, which uploads and watches, are not among them. */
export function requestsOf(course: Course, { federation }: Pick<Config, "federation">): Requests {
  const { rounds, trainings, returns, evaluations, baseline, shards, environments } = course;
  const strategy = openStrategy(federation.strategy);
  const { client } = strategy;
  const keeps = client.keeps.length > 0;
  const stateful = hasState(strategy);
  const receives = keeps || (client.receives.length > 0 && stateful);
  const ofFirstRound = rounds === 0 ? 0 : trainings / rounds;
  const models = baseline ? 2 : 1;
  const filesOfModel = 4;
  return {
    writes:
      // plan, partition, the start; the shards with their index
      3 +
      (course.shardsWritten ? shards + 1 : 0) +
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
      // the configuration, whether there are shards, and either their index or the data set
      3 +
      environments +
      // the global model and a shard; the update, wherever it comes from
      3 * (trainings + evaluations) +
      (receives ? trainings - ofFirstRound : 0) +
      (keeps ? returns : 0) +
      // the global model before, in the final pass too, and the state before
      rounds +
      1 +
      (stateful ? Math.max(0, rounds - 1) : 0) +
      (baseline ? baseline.invocations * (shards + 1) : 0) +
      // partition, metrics, epochs, the final models
      1 +
      (rounds + 1) +
      (baseline?.epochs ?? 0) +
      models,
  };
}
