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

/** The function that trains: the coordinator's state machine may invoke it, and nothing else of the account. */
export const trainingFunctionOf = (stack: string) => `${stack}-Train`;

/** The function that does what the owner's own people ask: it signs, and nobody of another account may invoke it. */
export const deskFunctionOf = (stack: string) => `${stack}-Desk`;

/** The files that both functions consist of. */
export const ownerFiles = {
  handlers: "index.mjs",
  /** The very bytes of the coordinator's TrainClient, whose digest the agreement names. */
  training: "train-client.mjs",
  /** What runs them, in a process of its own. */
  child: "training-child.mjs",
} as const;

/** The role that the coordinator's state machine assumes. Roles know no regions, so that its name has to. */
export const invokerRoleOf = (stack: string, region: string) => `${stack}-${region}-Invoker`;

/** The parameter of the Systems Manager that holds the owner's keys. */
export const keysParameterOf = (stack: string) => `/${stack}/keys`;

/** The policy for the owner's own people. IAM knows no regions, likewise. */
export const ownerPolicyOf = (stack: string, region: string) => `${stack}-${region}-Owner`;

/** What an owner's stack is called unless its owner says otherwise. */
export const usualOwnerStack = "fedstep-owner";

/** The role of a coordinator's state machine, by which owners' stacks know it: its name is fixed, and outlives the role. */
export const machineRoleOf = (coordinatorsStack: string, region: string) =>
  `${coordinatorsStack}-${region}-Machine`;

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

/** What the training function tells of a failure that is no refusal, and that the same job would meet again. */
export const ownerFailed = "OwnerFailed";
