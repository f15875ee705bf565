import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import * as z from "zod";
import { hasSmallOrder } from "./small-order.ts";

/** 32 bytes as base64url, which is one text for each: the two bits that the last letter has too many are zero. */
const bytes32 = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

/** An owner's public key for signatures: Ed25519 (RFC 8032), 32 bytes as base64url. */
export const signingKey = z
  .string()
  .regex(bytes32, "takes the 32 bytes of an Ed25519 key as base64url")
  .refine(
    (key) => !bytes32.test(key) || !hasSmallOrder("ed25519", hexOf(key)),
    "takes a key that is somebody's",
  );

/** An owner's public key by which secrets are sealed for it: X25519 (RFC 7748), likewise. */
export const exchangeKey = z
  .string()
  .regex(bytes32, "takes the 32 bytes of an X25519 key as base64url")
  .refine(
    (key) => !bytes32.test(key) || !hasSmallOrder("x25519", hexOf(key)),
    "takes a key that is somebody's",
  );

/** Ed25519's 64 bytes as base64url. */
export const signatureText = z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/);

/** The key that an owner had before, and that key's signature for the new ones. */
export const replacedKey = z.strictObject({ key: signingKey, signature: signatureText });

/** What an owner is called in a federation; its files and objects are called by its key. */
export const ownerName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,59}$/u, 'takes 1 to 60 letters, digits, spaces, ".", "_" and "-"')
  .refine(
    (name) => name.normalize("NFC") === name && !/ {2}| $|\p{Default_Ignorable_Code_Point}/u.test(name),
    "takes a name in Unicode's form NFC, without letters that do not show, two spaces together or one at the end",
  );

/** How a key is told apart by people and in objects' keys: SHA-256 of its bytes, as lower-case hex. */
export function fingerprintOf(key: string): string {
  return bytesToHex(sha256(fromBase64url(key)));
}

const hexOf = (key: string) => bytesToHex(fromBase64url(key));

export function toBase64url(bytes: Uint8Array): string {
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
