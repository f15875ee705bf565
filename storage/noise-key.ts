import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { canonicalSha256 } from "../shared/canonical-json.ts";
import { keys } from "../shared/layout.ts";
import { type SecretStream, secretStream } from "../shared/secret-random.ts";
import type { CountedUpdate } from "../shared/workflow/round-records.ts";
import type { Objects } from "./objects.ts";
import { keyRecord } from "./simulated-keys.ts";

/**
 * Writes the key that the noise of a run's rounds comes from, unless it stands: a repetition draws the same.
 * @param key 32 bytes that nobody can guess
 */
export async function keepNoiseKey(objects: Objects, run: string, key: Uint8Array): Promise<void> {
  await objects.putNewRecord(keys.noiseKey(run), { key: bytesToHex(key) });
}

/** What a round's noise depends on. With any other run, round, attempt, model or set of updates it has nothing to do with it. */
export interface NoiseContext {
  readonly run: string;
  readonly round: number;
  /** Number of the execution whose updates count. */
  readonly attempt: number;
  /** The chain before the round: of the plan, and of all models up to the one that the round starts from. */
  readonly chainSha256: string;
  /** That the round is made of. */
  readonly updates: readonly CountedUpdate[];
}

/** The streams of a round's noise, one for each label. @throws ObjectMissing or ObjectInvalid */
export async function noiseOfRound(
  objects: Objects,
  { run, round, attempt, chainSha256, updates }: NoiseContext,
): Promise<(label: string) => SecretStream> {
  const { record } = await objects.getSealed(keys.noiseKey(run), keyRecord);
  const context = JSON.stringify([run, round, attempt, chainSha256, canonicalSha256(updates)]);
  const key = hexToBytes(record.key);
  return (label) => secretStream(key, context, label);
}
