import type { Outcome } from "../shared/workflow/result-record.ts";

/** How many rounds there were, and whose model is kept where that is not the last one's. */
export function trainedRounds({ federated: { round, rounds } }: Pick<Outcome, "federated">): string {
  return `${rounds.length} rounds${round === rounds.length ? "" : ` (the model of round ${round} is kept)`}`;
}
