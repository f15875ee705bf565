import type { Allowance } from "../shared/rounds/allowance.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { affordsRound } from "./cost/budget.ts";
import type { Deployment } from "./deployment.ts";
import type { Footprint } from "./footprint.ts";
import { roundsThatFit } from "./limits/history.ts";

/**
 * What Step Functions and the budget allow a run.
 * @throws HistoryTooLong where an execution cannot hold a round
 */
export function allowanceOf(plan: Plan, deployment: Deployment, footprints: readonly Footprint[]): Allowance {
  const { config } = plan;
  return {
    roundsPerExecution:
      config.federation.executionRounds ?? roundsThatFit(config, plan.agreement !== undefined),
    affords: (own, used) => affordsRound(plan, { deployment, footprints }, own, used),
  };
}
