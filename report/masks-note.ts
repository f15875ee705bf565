import { hasMasks } from "../shared/secure-aggregation/settings.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";

/** What masks protect, where there are some; undefined where there are none. */
export function masksNote({ config }: Pick<Outcome, "config">): string | undefined {
  if (!hasMasks(config)) return undefined;
  return (
    "updates were masked, and the coordinator stood in for the helpers that open their sums: a simulation, which protects " +
    "nothing, since the keys follow from the run's seed"
  );
}
