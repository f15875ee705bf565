import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { toBase64url } from "../owners/identity.ts";
import type { Plan } from "../workflow/plan-record.ts";
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

/** The same of a run: of the owners that its plan names, or of the coordinator that stands in for them. */
export async function sealingKeys({
  config,
  helpers,
}: Pick<Plan, "config" | "helpers">): Promise<Readonly<Record<HelperNumber, string>>> {
  if (!helpers) return helpersKeys(config.seed);
  const keyOf = (helper: HelperNumber) => helpers.find((one) => one.helper === helper)?.exchangeKey ?? "";
  return { 1: keyOf(1), 2: keyOf(2), 3: keyOf(3) };
}
