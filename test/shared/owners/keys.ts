import { toBase64url } from "../../../shared/owners/identity.ts";
import type { Signer } from "../../../shared/owners/signed.ts";

/** A signer with a key that nobody has seen before. */
export async function newSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("one key alone signs nothing");
  const { privateKey, publicKey } = pair;
  const raw = await crypto.subtle.exportKey("raw", publicKey);
  return {
    key: toBase64url(new Uint8Array(raw)),
    sign: async (text) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, text)),
  };
}
