import { gcm } from "@noble/ciphers/aes.js";
import type { Cipher } from "@noble/ciphers/utils.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import * as z from "zod";
import { canonicalJson, canonicalSha256 } from "../canonical-json.ts";
import { boxInvalid } from "../errors.ts";
import { exchangeKey, fromBase64url, toBase64url } from "../owners/identity.ts";
import { signedStatement } from "../owners/update-statement.ts";
import {
  type BoxedUpdate,
  boxedUpdate,
  contextSha256,
  type RoundContext,
  roundContext,
} from "./round-context.ts";
import { type HelperNumber, helperNumbers, type MaskSecrets, seedBytes, seedsOf } from "./seeds.ts";
import { ExchangeKeys } from "./x25519.ts";

/** Two seeds and AES-GCM's tag, as base64url. */
const sealedText = z.string().regex(/^[A-Za-z0-9_-]{107}$/);

/** masks/RUN/boxes/ATTEMPT/ROUND/CLIENT.json: what a client seals for each helper. */
export const boxesRecord = z.object({
  context: roundContext,
  ...boxedUpdate.shape,
  /** Public X25519 key, of this record alone. */
  ephemeral: exchangeKey,
  /** By the helpers' numbers. */
  boxes: z.strictObject({ 1: sealedText, 2: sealedText, 3: sealedText }),
  /** What its owner has signed of the update and of all of the above; absent of a simulated client. */
  signed: signedStatement.optional(),
});

export type BoxesRecord = Readonly<z.output<typeof boxesRecord>>;

/** Digest of what a client seals: its owner's statement names it. */
export function boxesSha256({ context, client, task, updateSha256, ephemeral, boxes }: BoxesRecord): string {
  return canonicalSha256({ context, client, task, updateSha256, ephemeral, boxes });
}

/** What a helper finds in its box: the seeds of the other two. */
export type OpenedSeeds = ReadonlyMap<HelperNumber, Uint8Array>;

/**
 * Seals for each helper the seeds of the other two: AES-256-GCM, by a key of X25519 and HKDF; bound to the round's context, the
 * client, its masked update and the helper. All of it follows from the secrets, so that a repetition writes the same bytes.
 * @param helpers public keys by the helpers' numbers
 */
export async function sealBoxes(
  context: RoundContext,
  update: BoxedUpdate,
  { seeds, ephemeral }: MaskSecrets,
  helpers: Readonly<Record<HelperNumber, string>>,
): Promise<BoxesRecord> {
  const own = await ExchangeKeys.of(ephemeral);
  const sealed = helperNumbers.map(async (helper) => {
    const text = new Uint8Array(2 * seedBytes);
    for (const [i, one] of seedsOf(helper).entries()) text.set(seeds[one], i * seedBytes);
    const secret = await own.sharedSecret(helpers[helper]);
    const bound = boundTo(context, update, helper, own.publicKey, helpers[helper]);
    return toBase64url(cipherOf(secret, bound).encrypt(text));
  });
  const [first, second, third] = await Promise.all(sealed);
  return {
    context,
    ...update,
    ephemeral: own.publicKey,
    boxes: { 1: first ?? "", 2: second ?? "", 3: third ?? "" },
  };
}

/**
 * Opens a helper's own box.
 * @param own the helper's
 * @throws BoxInvalid where any of what it is bound to, or the box itself, is not what was sealed
 */
export async function openBox(
  { context, client, task, updateSha256, ephemeral, boxes }: BoxesRecord,
  helper: HelperNumber,
  own: ExchangeKeys,
): Promise<OpenedSeeds> {
  const secret = await own.sharedSecret(ephemeral);
  const bound = boundTo(context, { client, task, updateSha256 }, helper, ephemeral, own.publicKey);
  try {
    const text = cipherOf(secret, bound).decrypt(fromBase64url(boxes[helper]));
    return new Map(seedsOf(helper).map((one, i) => [one, text.slice(i * seedBytes, (i + 1) * seedBytes)]));
  } catch (cause) {
    throw boxInvalid(
      `the box of client ${client} for helper ${helper} in round ${context.round} of run ${context.run} is not what the client ` +
        "has sealed for it, or not for this round, plan, model or update",
      { cause },
    );
  }
}

/** What a box is for: AES-GCM's associated data. */
function boundTo(
  context: RoundContext,
  { client, task, updateSha256 }: BoxedUpdate,
  helper: HelperNumber,
  ephemeral: string,
  key: string,
): Uint8Array {
  const said = { context: contextSha256(context), client, task, updateSha256, helper, ephemeral, key };
  return utf8ToBytes(canonicalJson(said));
}

/** AES-256-GCM of one box alone, as its shared secret is: key and nonce come from it and from what the box is for. */
function cipherOf(secret: Uint8Array, bound: Uint8Array): Cipher {
  const drawn = hkdf(sha256, secret, sha256(bound), utf8ToBytes("fedstep masks/box"), 32 + 12);
  return gcm(drawn.subarray(0, 32), drawn.subarray(32), bound);
}
