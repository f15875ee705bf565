import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/**
 * Up to so many bytes, WebCrypto's way to a thread of its own and back takes longer than the digest: of 1 KB, as most
 * records have, 50 µs instead of 12; of 16 KB both take 110 µs.
 */
export const digestedAtOnce = 2 ** 14;

/** SHA-256 as lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  if (bytes.length <= digestedAtOnce) return bytesToHex(sha256(bytes));
  // a shared buffer cannot reach WebCrypto, and nothing here makes one
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return bytesToHex(new Uint8Array(digest));
}

/** SHA-256 over the parameters as little-endian float32 by the model's layout: what makes two models equal. */
export function weightsSha256(parameters: Float32Array): Promise<string> {
  return sha256Hex(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
}
