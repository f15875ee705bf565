import type { Left } from "../../shared/workflow/outcome.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Expenses, Spent } from "../../shared/workflow/result-record.ts";
import type { TimedRound } from "../../shared/workflow/round-records.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import type { Footprint } from "../footprint.ts";
import { strategyObjects } from "../strategy-vectors.ts";
import { billOf } from "./bill.ts";
import { invocationsBilled, measuredCounts } from "./measured-counts.ts";

/** What a run has left behind, and what each of its rounds took. */
export interface TimedLeft extends Left {
  readonly rounds: readonly TimedRound[];
}

/**
 * What the run took and cost.
 * @param seconds from the start of PrepareRun
 */
export function expensesOf(
  plan: Plan,
  { rounds, epochs }: TimedLeft,
  seconds: number,
  spent: Spent,
  footprints: readonly Footprint[],
): Expenses {
  const { executions, prepare, federation, baseline, finish } = spent;
  const invocations = addUsage(prepare, federation, baseline, finish);
  const counts = measuredCounts(plan, {
    rounds,
    epochs: epochs.length,
    executions,
    baseline,
    usage: invocations,
  });
  const used = { ...invocations, invocations: invocationsBilled(counts, invocations, footprints), seconds };
  const cost = billOf(strategyObjects(plan.config), counts, used, spent, footprints);
  // the last round evaluates the final model, and is shown nowhere
  const roundSeconds = rounds.slice(0, -1).map((round) => round.seconds);
  return { seconds, roundSeconds, invocations, spent, cost };
}
