import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Config } from "../config/schema.ts";

/** Raised when the same configuration comes to mean other shards, so that no run finds those of an older rule. */
const version = 2;

/**
 * SHA-256, in lower-case hex, of exactly what determines the shards: the data set, and of the configuration its
 * seed, which examples take part, how they are divided, and how they are scaled where that is not left to the data's
 * own type.
 */
export function partitionDigest(
  { seed, dataset: { limit, heldOut, scaling }, partition, federation }: Config,
  datasetDigest: string,
): string {
  const settings = Object.entries(partition).sort(([a], [b]) => (a < b ? -1 : 1));
  const held = federation.evaluation === "test-set" ? "test-set" : heldOut;
  const scaled = scaling === "auto" ? [] : [scaling];
  return bytesToHex(
    sha256(utf8ToBytes(JSON.stringify([version, datasetDigest, seed, limit, held, settings, ...scaled]))),
  );
}
