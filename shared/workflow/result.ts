import { billOf } from "../cost/bill.ts";
import { goneCourse, invocationsBilled } from "../cost/gone-course.ts";
import type { Deployment } from "./deployment.ts";
import type { Left } from "./outcome.ts";
import type { Outcome, Plan, Result } from "./records.ts";
import { addUsage, type Usage } from "./usage.ts";

/** What a run took, which no repetition takes again. */
export interface Taken {
  /** From the start of PrepareRun. */
  readonly seconds: number;
  readonly executions: number;
  /** By what the invocations were for. */
  readonly prepare: Usage;
  readonly federation: Usage;
  readonly baseline: Usage;
  readonly finish: Usage;
}

/** The whole result: the outcome, with what the run took and cost. */
export function resultOf(
  plan: Plan,
  outcome: Outcome,
  { rounds, epochs }: Left,
  taken: Taken,
  deployment: Pick<Deployment, "architecture">,
): Result {
  const { seconds, executions, prepare, federation, baseline, finish } = taken;
  const invocations = addUsage(prepare, federation, baseline, finish);
  const course = goneCourse(plan, {
    rounds,
    epochs: epochs.length,
    executions,
    baseline,
    usage: invocations,
  });
  const used = { ...invocations, invocations: invocationsBilled(course, invocations), seconds };
  return { ...outcome, seconds, invocations, cost: billOf(plan.config, course, used, deployment) };
}
