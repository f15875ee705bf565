import type { Left } from "../../shared/workflow/outcome.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Outcome, Result, Spent } from "../../shared/workflow/result-record.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import type { Footprint } from "../footprint.ts";
import { strategyObjects } from "../strategy-vectors.ts";
import { billOf } from "./bill.ts";
import { invocationsBilled, measuredCounts } from "./measured-counts.ts";

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
  footprints: readonly Footprint[],
): Result {
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
  return { ...outcome, seconds, invocations, spent, cost };
}
