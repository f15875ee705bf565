import { type ScoreName, scoreIn } from "../task/tasks.ts";
import type { TimedRound } from "../workflow/round-records.ts";

/**
 * What every round publishes: a line in CloudWatch's embedded metric format. AggregateRound writes it, dashboard and
 * alarms graph it, and the command line tells the same of a round from its record.
 */
export const metricsNamespace = "fedstep";

/** Dimensions of a round's metrics; the service is the stack, which a dimension of its own tells apart. */
export const roundDimensions = ["service", "run", "strategy"] as const;

/** Dimensions of what is watched over all runs, since an alarm takes no metric whose name it cannot know. */
export const stackDimensions = ["service"] as const;

export interface RoundFigures {
  /** Of the model that the round started from: the task's score, which is published under its own name. */
  readonly score: number;
  readonly loss: number;
  /** Clients whose update is in the round's model; none in the final pass, which only evaluates. */
  readonly clients: number;
  /** Clients that were asked and did not report, or not what passes the checks. */
  readonly failures: number;
  /** Seconds from the round's start to its end. */
  readonly duration: number;
  /** Of the round's invocations that ended well. */
  readonly billedMs: number;
}

export type RoundMetricName = Exclude<keyof RoundFigures, "score"> | ScoreName;

/** A round's metrics by their names. */
export function roundFigures({ evaluated, clients, silent, seconds, usage }: TimedRound): RoundFigures {
  return {
    score: scoreIn(evaluated).value,
    loss: evaluated.loss,
    clients: clients.filter(({ task }) => task === "train").length,
    failures: silent.length,
    duration: seconds,
    billedMs: usage.billedMs,
  };
}

/** Over all runs of a stack: clients that failed, and rounds that too few clients were left for. */
export const stackMetricNames = ["failures", "quorumMissed"] as const;
export type StackMetricName = (typeof stackMetricNames)[number];
