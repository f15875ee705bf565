import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Plan } from "../workflow/plan-record.ts";
import type { HelperNumber } from "./seeds.ts";
import { ExchangeKeys } from "./x25519.ts";

/**
 * The X25519 key of a helper that the coordinator stands in for. It follows from the run's seed, so that a run is the same bits
 * each time: whoever knows the configuration opens every box, and every update.
 */
export function coordinatorsKey(seed: number, helper: HelperNumber): Uint8Array {
  return hmac(sha256, utf8ToBytes("fedstep/coordinator's helper"), utf8ToBytes(`${seed}/${helper}`));
}

type OfHelpers<T> = Readonly<Record<HelperNumber, T>>;

/** Those of the last seed: whoever works on a run asks for them in every round. */
let known: { readonly seed: number; readonly keys: Promise<OfHelpers<ExchangeKeys>> } | undefined;

/** The keys of all helpers that the coordinator stands in for. */
export function coordinatorsKeys(seed: number): Promise<OfHelpers<ExchangeKeys>> {
  if (known?.seed !== seed) known = { seed, keys: makeKeys(seed) };
  return known.keys;
}

async function makeKeys(seed: number): Promise<OfHelpers<ExchangeKeys>> {
  const keysOf = (helper: HelperNumber) => ExchangeKeys.of(coordinatorsKey(seed, helper));
  const [one, two, three] = await Promise.all([keysOf(1), keysOf(2), keysOf(3)]);
  return { 1: one, 2: two, 3: three };
}

/** Public keys of the helpers that the clients of a run seal their boxes for: of owners that its plan names, or the coordinator's. */
export async function sealingKeys({
  config,
  helpers,
}: Pick<Plan, "config" | "helpers">): Promise<OfHelpers<string>> {
  if (!helpers) {
    const keys = await coordinatorsKeys(config.seed);
    return { 1: keys[1].publicKey, 2: keys[2].publicKey, 3: keys[3].publicKey };
  }
  const keyOf = (helper: HelperNumber) => helpers.find((one) => one.helper === helper)?.exchangeKey ?? "";
  return { 1: keyOf(1), 2: keyOf(2), 3: keyOf(3) };
}
