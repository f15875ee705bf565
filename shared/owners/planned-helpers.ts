import * as z from "zod";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { helpersIn } from "./helpers.ts";
import { exchangeKey, fingerprintOf, ownerName, signingKey } from "./identity.ts";

/** An owner that opens sums of masks: boxes are sealed for its one key, and it signs what it opens by the other. */
export const plannedHelper = z.strictObject({
  helper: helperNumber,
  owner: ownerName,
  key: signingKey,
  exchangeKey,
});

/** As a plan names them, by their numbers. */
export const plannedHelpers = z.array(plannedHelper).length(3);

export type PlannedHelper = Readonly<z.output<typeof plannedHelper>>;

/** The helpers of a run, as they follow from its agreement; undefined where it names none. */
export function plannedHelpersOf(agreed: Parameters<typeof helpersIn>[0]): PlannedHelper[] | undefined {
  if (!agreed.helpers) return undefined;
  return helpersIn(agreed).map(({ helper, member: { name, signingKey, exchangeKey } }) => ({
    ...{ helper, owner: name, key: signingKey, exchangeKey },
  }));
}

/** How the state machine leaves each of them its job. */
export function helpersReached(helpers: readonly PlannedHelper[]) {
  return helpers.map(({ helper, key }) => ({ helper, owner: fingerprintOf(key) }));
}
