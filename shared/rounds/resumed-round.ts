import type { Plan, RoundMetrics } from "../workflow/records.ts";
import { executionFrom } from "./execution.ts";
import { firstRound, type NextRound, nextRound } from "./next-round.ts";

/**
 * Where a run goes on in a new execution: what the rounds that are complete have decided, decided again from what
 * they left behind.
 * @param completed the metrics of rounds 1, 2, ... without a gap
 * @param execution number of the new execution
 */
export function resumedRound(
  plan: Plan,
  completed: readonly Pick<RoundMetrics, "evaluated">[],
  execution: number,
): NextRound {
  const next = completed.reduce(
    (state, { evaluated }) => nextRound(plan, state, evaluated),
    firstRound(plan),
  );
  return {
    ...next,
    stage: next.stage === "done" ? "done" : "round",
    execution: executionFrom(plan.run, plan.config, execution, next.round),
  };
}
