import * as z from "zod";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { ownersAccount } from "./account.ts";
import { helpersIn } from "./helpers.ts";
import { exchangeKey, fingerprintOf, ownerName, signingKey } from "./identity.ts";

/** An owner that opens sums of masks: boxes are sealed for its one key, and it signs what it opens by the other. */
export const plannedHelper = z.strictObject({
  helper: helperNumber,
  owner: ownerName,
  key: signingKey,
  exchangeKey,
  /** Where its function is, if in an account of its own. */
  account: ownersAccount.optional(),
});

/** As a plan names them, by their numbers. */
export const plannedHelpers = z.array(plannedHelper).length(3);

export type PlannedHelper = Readonly<z.output<typeof plannedHelper>>;

/** The helpers of a run, as they follow from its agreement; undefined where it names none. */
export function plannedHelpersOf(agreed: Parameters<typeof helpersIn>[0]): PlannedHelper[] | undefined {
  if (!agreed.helpers) return undefined;
  return helpersIn(agreed).map(({ helper, member: { name, signingKey, exchangeKey, account } }) => ({
    ...{ helper, owner: name, key: signingKey, exchangeKey },
    ...(account && { account }),
  }));
}

/** How the state machine reaches each of them: who asks at the door is left its job there, any other is invoked. */
export function helpersReached(helpers: readonly PlannedHelper[]) {
  return {
    helpers: helpers.flatMap(({ helper, key, account }) =>
      account ? [] : [{ helper, owner: fingerprintOf(key) }],
    ),
    helpersInAccounts: helpers.flatMap(({ helper, account }) => (account ? [{ helper, ...account }] : [])),
  };
}
