import type { Config } from "../config/schema.ts";
import { selectedCount } from "../rounds/selection.ts";
import { quorumOf } from "../strategy/quorum.ts";
import { type Agreement, simulatedIn } from "./agreement.ts";

/**
 * Owners whose updates a model is made of at the fewest, where so many of them take part: a round may draw all simulated
 * clients beside them, and its quorum is one of the owners alone.
 * @throws ConfigInvalid
 */
export function fewestUpdates(
  { federation }: Pick<Config, "federation">,
  owners: number,
  simulated: number,
): number {
  const drawn = selectedCount(federation, owners + simulated) - simulated;
  return drawn > 0 ? quorumOf(federation.quorum, drawn) : 0;
}

/** What of an agreement lets a model be made of fewer owners' updates than its minimum cohort; undefined where nothing. */
export function belowCohort(agreed: Agreement, owners: number): string | undefined {
  const { config, minimumCohort } = agreed;
  const simulated = simulatedIn(agreed).length;
  const fewest = fewestUpdates(config, owners, simulated);
  if (fewest >= minimumCohort) return undefined;
  const beside = simulated > 0 ? ` and ${simulated} simulated clients` : "";
  return (
    `minimumCohort: is ${minimumCohort}, and with ${owners} owners${beside} a model may be made of ${fewest} of the owners' updates; ` +
    "raise federation.quorum or federation.fraction, or lower the cohort"
  );
}
