import type { Plan } from "../workflow/plan-record.ts";

/** How many of a run's first rounds are another run's: it has neither trained them nor pays for them. */
export function takenRounds({ origins }: Pick<Plan, "origins">): number {
  return origins[0]?.round ?? 0;
}
