import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { nodesCrypto } from "./nodes-crypto.ts";

/** SHA-256 as lower-case hex. */
export type Sha256Hex = (bytes: Uint8Array) => Promise<string>;

/**
 * Up to so many bytes, WebCrypto's way to a thread of its own and back takes longer than the digest: of 1 KB, as most
 * records have, 50 µs instead of 12; of 16 KB both take 110 µs.
 */
export const digestedAtOnce = 2 ** 14;

/** Wherever there is JavaScript. */
export const sha256HexAnywhere: Sha256Hex = async (bytes) => {
  if (bytes.length <= digestedAtOnce) return bytesToHex(sha256(bytes));
  // a shared buffer cannot reach WebCrypto, and nothing here makes one
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return bytesToHex(new Uint8Array(digest));
};

/** Node's own takes a quarter of that for few bytes, and is not queued behind other work for many. */
export const sha256Hex: Sha256Hex = async (bytes) =>
  nodesCrypto?.hash("sha256", bytes, "hex") ?? sha256HexAnywhere(bytes);

/** SHA-256 over the parameters as little-endian float32 by the model's layout: what makes two models equal. */
export function weightsSha256(parameters: Float32Array): Promise<string> {
  return sha256Hex(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
}
