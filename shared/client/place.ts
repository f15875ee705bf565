import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as z from "zod";

/** A simulated client: its examples are a shard in the coordinator's bucket. */
const here = z.strictObject({ kind: z.literal("here") });

/** Where a client's examples are, and so who trains on them, with whose key. */
export const placeSchema = z.discriminatedUnion("kind", [here]);
export type Place = z.output<typeof placeSchema>;

/** Of a client that a plan says nothing else of. */
export function placeOf({ place }: { readonly place?: Place | undefined }): Place {
  return place ?? { kind: "here" };
}

/**
 * The key that a client's secret randomness comes from, 32 bytes. A simulated client has no secret from whoever simulates it:
 * its key follows from the run's seed, so that a run is the same bits each time.
 */
export function secretKeyOf(place: Place, seed: number, client: number): Uint8Array {
  switch (place.kind) {
    case "here":
      return hmac(sha256, utf8ToBytes("fedstep/simulated client"), utf8ToBytes(`${seed}/${client}`));
  }
}
