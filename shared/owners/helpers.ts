import * as z from "zod";
import { type HelperNumber, helperNumbers } from "../secure-aggregation/seeds.ts";
import type { OwnersAccount } from "./account.ts";
import { fingerprintOf, ownerName } from "./identity.ts";

/** Names of the members that open sums of masks, by the helpers' numbers from 1. */
export const agreedHelpers = z.array(ownerName).length(helperNumbers.length);

interface Seat {
  readonly name: string;
  readonly signingKey: string;
  readonly exchangeKey: string;
  readonly account?: OwnersAccount | undefined;
}

/** A member that helps. */
export interface AgreedHelper<M extends Seat = Seat> {
  readonly helper: HelperNumber;
  readonly member: M;
}

/** The members that an agreement names as helpers, by their numbers; none where it names none. */
export function helpersIn<M extends Seat>({
  helpers = [],
  members,
}: {
  readonly helpers?: readonly string[] | undefined;
  readonly members: readonly M[];
}): AgreedHelper<M>[] {
  return helperNumbers.flatMap((helper) => {
    const member = members.find(({ name }) => name === helpers[helper - 1]);
    return member ? [{ helper, member }] : [];
  });
}

/** What of the names cannot be, in words that follow the field; undefined where nothing. */
export function falseHelpers(helpers: readonly string[], members: readonly Seat[]): string | undefined {
  const stranger = helpers.find((name) => members.every((one) => one.name !== name));
  if (stranger !== undefined) return `names ${stranger}, who is no member`;
  return new Set(helpers).size < helpers.length ? "names somebody twice" : undefined;
}

/** How many of an agreement's helpers an owner has to trust: two who lie together read every update. */
export const fewestTrusted = 2;

/**
 * Those of an agreement's helpers that an owner trusts: itself, and whom its policy lists.
 * @param listed names, or fingerprints of keys
 */
export function trustedHelpers<M extends Seat>(
  helpers: readonly AgreedHelper<M>[],
  listed: readonly string[],
  own: string,
): AgreedHelper<M>[] {
  return helpers.filter(
    ({ member: { name, signingKey } }) =>
      signingKey === own || listed.includes(name) || listed.includes(fingerprintOf(signingKey)),
  );
}
