import { billOf } from "../cost/bill.ts";
import { goneCourse, invocationsBilled } from "../cost/gone-course.ts";
import type { Left } from "./outcome.ts";
import type { Outcome, Plan, Result, Spent } from "./records.ts";
import { addUsage } from "./usage.ts";

/**
 * The whole result: the outcome, with what the run took and cost.
 * @param seconds from the start of PrepareRun
 */
export function resultOf(
  plan: Plan,
  outcome: Outcome,
  { rounds, epochs }: Left,
  seconds: number,
  spent: Spent,
): Result {
  const { executions, prepare, federation, baseline, finish } = spent;
  const invocations = addUsage(prepare, federation, baseline, finish);
  const course = goneCourse(plan, {
    rounds,
    epochs: epochs.length,
    executions,
    baseline,
    usage: invocations,
  });
  const used = { ...invocations, invocations: invocationsBilled(course, invocations), seconds };
  return { ...outcome, seconds, invocations, spent, cost: billOf(plan.config, course, used, spent) };
}
