import { hasMasks, ownersHelp } from "../shared/secure-aggregation/settings.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";

/** What masks protect, where there are some; undefined where there are none. */
export function masksNote({ config }: Pick<Outcome, "config">): string | undefined {
  if (!hasMasks(config)) return undefined;
  if (ownersHelp(config)) {
    return (
      "updates were masked, and three owners have opened nothing but their sums: whoever has the bucket and two of them reads every " +
      "update; masks hide who, not what, and one owner can spoil a round"
    );
  }
  return (
    "updates were masked, and the coordinator stood in for the helpers that open their sums: a simulation, which protects " +
    "nothing, since the keys follow from the run's seed"
  );
}
