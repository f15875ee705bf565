import type { Plan, RoundMetrics } from "../workflow/records.ts";
import type { Usage } from "../workflow/usage.ts";
import { type Course, invocationsOf } from "./course.ts";

/** What a run has left by which its course can be told. */
export interface Gone {
  /** Every round, and last the final pass. */
  readonly rounds: readonly Pick<RoundMetrics, "task" | "clients" | "silent">[];
  readonly epochs: number;
  readonly executions: number;
  /** Of the baseline, and of all functions. */
  readonly baseline: Usage;
  readonly usage: Usage;
}

/** Milliseconds of work after which the baseline writes a checkpoint. */
const checkpointMs = 30_000;

/**
 * The course that a run took. What its objects do not tell is told as if undisturbed: attempts that failed, and rounds
 * that were cut off and done again; and the shards count as written by it, though it may have found them.
 */
export function goneCourse({ clients, examiner }: Pick<Plan, "clients" | "examiner">, gone: Gone): Course {
  const accepted = new Set<number>();
  let [trainings, evaluations, returns, silent] = [0, 0, 0, 0];
  for (const round of gone.rounds) {
    const trained = round.clients.filter(({ trainingLoss }) => trainingLoss !== null);
    const failed = round.silent.filter(({ task }) => task === "train").length;
    // the examiner evaluates in every round, and stands in the metrics only where it fails
    const examined = examiner !== null && round.silent.every(({ client }) => client !== examiner) ? 1 : 0;
    trainings += trained.length + failed;
    evaluations += round.clients.length - trained.length + round.silent.length - failed + examined;
    silent += round.silent.length;
    for (const { client } of trained) {
      if (accepted.has(client)) returns++;
      accepted.add(client);
    }
  }
  const invocations = gone.baseline.count;
  return {
    executions: gone.executions,
    rounds: gone.rounds.filter(({ task }) => task === "train").length,
    trainings,
    returns,
    evaluations,
    silent,
    baseline:
      gone.epochs === 0
        ? null
        : {
            invocations,
            epochs: gone.epochs,
            checkpoints: invocations + Math.floor(gone.baseline.billedMs / checkpointMs),
          },
    shards: clients.length + (examiner === null ? 0 : 1),
    shardsWritten: true,
    // PrepareRun's reads no plan
    environments: Math.max(0, gone.usage.cold - 1),
  };
}

/** Invocations that were counted, or where a resumed run has lost count those that its course took. */
export function invocationsBilled(course: Course, { count }: Usage): number {
  return Math.max(count, invocationsOf(course) - course.silent);
}
