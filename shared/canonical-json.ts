import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/**
 * JSON of one form for each value, in whatever order its fields came: what is signed or known by its digest is written by
 * it. Numbers and strings as ECMAScript has them, no space, fields in the order of their UTF-16 code units: as RFC 8785, but
 * that names which are array indices come first, in their order.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sortedFields) ?? "null";
}

/** SHA-256 of that form, as lower-case hex. */
export function canonicalSha256(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(value))));
}

function sortedFields(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
