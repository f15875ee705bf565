import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Plan } from "./records.ts";

/** What one participant wrote in a round: SHA-256 of the whole object. */
export interface SeenUpdate {
  readonly client: number;
  readonly sha256: string;
}

const digestOf = (...links: readonly unknown[]) => bytesToHex(sha256(utf8ToBytes(JSON.stringify(links))));

/** The chain's beginning: all that determines a run, and the model that it starts from. */
export function chainStart({ run, config, dataset, partition }: Plan, weightsSha256: string): string {
  return digestOf(run, config, dataset.digest, partition, weightsSha256);
}

/**
 * The chain after a round: whoever knows it notices a change of any update, model or order before it.
 * @param weightsSha256 of the round's model; null in the final pass, which makes none
 * @param updates ascending by client
 */
export function chainNext(
  before: string,
  weightsSha256: string | null,
  updates: readonly SeenUpdate[],
): string {
  return digestOf(before, weightsSha256, ...updates.map(({ client, sha256 }) => [client, sha256]));
}
