import type { Plan } from "../workflow/plan-record.ts";

/** The runs that a run has rounds of, and up to which: its parent, and those of its parent. */
export function originsOf(parent: Pick<Plan, "run" | "origins">, round: number): Plan["origins"] {
  const before = parent.origins.map((origin) => ({ ...origin, round: Math.min(origin.round, round) }));
  return [{ run: parent.run, round }, ...before];
}
