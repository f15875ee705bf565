import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as z from "zod";
import { ownersAccount } from "../owners/account.ts";
import { ownerName, signingKey } from "../owners/identity.ts";

/** A simulated client: its examples are a shard in the coordinator's bucket. */
const here = z.strictObject({ kind: z.literal("here") });

/** An owner who keeps its examples: it asks for its jobs, and signs what it sends. */
const remote = z.strictObject({
  kind: z.literal("remote"),
  owner: ownerName,
  key: signingKey,
});

/** An owner whose function is invoked in an account of its own, beside its examples, and signs what it sends. */
const inAccount = z.strictObject({
  kind: z.literal("account"),
  owner: ownerName,
  key: signingKey,
  ...ownersAccount.shape,
});

/** Where a client's examples are, and so who trains on them, with whose key. */
export const placeSchema = z.discriminatedUnion("kind", [here, remote, inAccount]);
export type Place = z.output<typeof placeSchema>;
/** Of an owner who keeps its examples, wherever it does. */
export type OwnersPlace = z.output<typeof remote> | z.output<typeof inAccount>;

export function isOwners(place: Place): place is OwnersPlace {
  return place.kind !== "here";
}

/** The account that an owner's function is in; undefined of whoever has none. */
export function accountOf(place: Place | undefined): string | undefined {
  return place?.kind === "account" ? place.account : undefined;
}

/**
 * The key that a simulated client's secret randomness comes from, 32 bytes. It has no secret from whoever simulates it: where
 * nothing is promised the key follows from the run's seed, so that a run is the same bits each time. An owner has a key of its own.
 */
export function simulatedKey(seed: number, client: number): Uint8Array {
  return hmac(sha256, utf8ToBytes("fedstep/simulated client"), utf8ToBytes(`${seed}/${client}`));
}

/**
 * The same where privacy is promised: from a key of the run that its configuration does not tell.
 * @param key 32 bytes, the run's
 */
export function simulatedClientKey(key: Uint8Array, client: number): Uint8Array {
  return hmac(sha256, key, utf8ToBytes(`fedstep/simulated client/${client}`));
}
