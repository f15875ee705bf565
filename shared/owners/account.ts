import * as z from "zod";
import { fingerprintOf } from "./identity.ts";

/** An account of AWS. */
export const accountId = z.string().regex(/^\d{12}$/, "takes the 12 digits of an account");

/** A role's name ends at 64 characters, and has the longest region and what it is for behind it. */
export const ownerStackName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/, "takes a letter and then up to 39 letters, digits and hyphens");

/**
 * Where an owner's functions are: a stack in an account of the owner's own, in partition and region of the coordinator's.
 * What others call there follows from it, so that nobody names an ARN.
 */
export const ownersAccount = z.strictObject({ account: accountId, stack: ownerStackName });

export type OwnersAccount = Readonly<z.output<typeof ownersAccount>>;

interface Reached {
  readonly signingKey: string;
  readonly account?: OwnersAccount | undefined;
}

/**
 * By which ways those members of an agreement are reached who have accepted it: who has an account is invoked there, the others
 * ask at the door.
 */
export function waysTo(members: readonly Reached[], accepted: readonly { readonly fingerprint: string }[]) {
  const taking = new Set(accepted.map(({ fingerprint }) => fingerprint));
  const owners = members.filter(({ signingKey }) => taking.has(fingerprintOf(signingKey)));
  return {
    door: owners.some(({ account }) => account === undefined),
    accounts: owners.some(({ account }) => account !== undefined),
  };
}
