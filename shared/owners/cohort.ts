import type { Config } from "../config/schema.ts";
import { selectedCount } from "../rounds/selection.ts";
import { quorumOf } from "../strategy/quorum.ts";

/** Updates that a model is made of at the fewest, where so many owners take part. @throws ConfigInvalid */
export function fewestUpdates({ federation }: Pick<Config, "federation">, owners: number): number {
  return quorumOf(federation.quorum, selectedCount(federation, owners));
}

/** What of a configuration lets a model be made of fewer updates than the minimum cohort; undefined where nothing. */
export function belowCohort(
  config: Pick<Config, "federation">,
  owners: number,
  minimumCohort: number,
): string | undefined {
  const fewest = fewestUpdates(config, owners);
  if (fewest >= minimumCohort) return undefined;
  return (
    `minimumCohort: is ${minimumCohort}, and with ${owners} owners a model may be made of ${fewest} updates; ` +
    "raise federation.quorum or federation.fraction, or lower the cohort"
  );
}
