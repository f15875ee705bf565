import type { Plan } from "../workflow/plan-record.ts";
import type { TimedRound } from "../workflow/round-records.ts";
import { addUsage, noUsage } from "../workflow/usage.ts";
import type { Allowance } from "./allowance.ts";
import { executionFrom } from "./execution.ts";
import { type Aggregated, firstRound, type NextRound, nextRound } from "./next-round.ts";
import { takenRounds } from "./taken-rounds.ts";

/** What a round left behind that its successor is decided by. */
type Completed = Aggregated & Pick<TimedRound, "task" | "usage">;

/**
 * Where a run goes on in a new execution: what the rounds that are complete have decided, decided again from what
 * they left behind.
 * @param completed the metrics of rounds 1, 2, ... without a gap
 * @param execution number of the new execution
 */
export function resumedRound(
  plan: Plan,
  allowance: Allowance,
  completed: readonly Completed[],
  execution: number,
): NextRound {
  let next = firstRound(plan, allowance);
  let spent = noUsage;
  for (const { evaluated, clients, summed, task, usage } of completed) {
    if (next.round > takenRounds(plan)) spent = addUsage(spent, usage);
    // a stack that was deployed anew may reckon otherwise than the round did that decided: what it did counts
    const ended = task === "evaluate" ? (next.ended ?? "budget") : null;
    next = nextRound(plan, allowance, { ...next, ended }, { evaluated, clients, summed }, spent);
  }
  return {
    ...next,
    stage: next.stage === "done" ? "done" : "round",
    execution: executionFrom(plan.run, allowance, execution, next.round),
  };
}
