import * as z from "zod";

/**
 * What every round publishes: a line in CloudWatch's embedded metric format. AggregateRound writes it, dashboard and
 * alarms graph it, and the command line reads what the local endpoints collect of it.
 */
export const metricsNamespace = "fedstep";

/** Dimensions of a round's metrics; the service is the stack, which a dimension of its own tells apart. */
export const roundDimensions = ["service", "run", "strategy"] as const;

/** Dimensions of what is watched over all runs, since an alarm takes no metric whose name it cannot know. */
export const stackDimensions = ["service"] as const;

const count = z.int().nonnegative();

/** A round's metrics by their names; the figures of the model are those that the round started from. */
export const roundLine = z.object({
  run: z.string(),
  strategy: z.string(),
  /** Text, as all that is neither a metric nor a dimension. */
  round: z.string().regex(/^\d+$/).transform(Number),
  accuracy: z.number(),
  loss: z.number(),
  /** Clients whose update is in the round's model; none in the final pass, which only evaluates. */
  clients: count,
  /** Clients that were asked and did not report, or not what passes the checks. */
  failures: count,
  /** Seconds from the round's start to its end. */
  duration: z.number(),
  /** Of the round's invocations that ended well. */
  billedMs: z.number(),
});

export type RoundLine = z.output<typeof roundLine>;
export type RoundMetricName = Exclude<keyof RoundLine, "run" | "strategy" | "round">;

/** Over all runs of a stack: clients that failed, and rounds that too few clients were left for. */
export const stackMetricNames = ["failures", "quorumMissed"] as const;
export type StackMetricName = (typeof stackMetricNames)[number];
