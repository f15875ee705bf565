import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64url } from "../owners/identity.ts";
import { type HelperNumber, helperNumbers } from "./seeds.ts";
import { publicKeyOf } from "./x25519.ts";

/**
 * The X25519 key of a helper that the coordinator stands in for. It follows from the run's seed, so that a run is the same bits
 * each time: whoever knows the configuration opens every box, and every update.
 */
export function coordinatorsKey(seed: number, helper: HelperNumber): Uint8Array {
  return hmac(sha256, utf8ToBytes("fedstep/coordinator's helper"), utf8ToBytes(`${seed}/${helper}`));
}

/** Public keys of the helpers that clients of a run seal their boxes for, by number. */
export async function helpersKeys(seed: number): Promise<Readonly<Record<HelperNumber, string>>> {
  const [one = "", two = "", three = ""] = await Promise.all(
    helperNumbers.map(async (helper) => toBase64url(await publicKeyOf(coordinatorsKey(seed, helper)))),
  );
  return { 1: one, 2: two, 3: three };
}
