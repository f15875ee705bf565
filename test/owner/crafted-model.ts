import { weightsSha256 } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { chainAfter, roundLink } from "../../shared/workflow/chain.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { type RoundMetrics, roundMetrics } from "../../shared/workflow/round-records.ts";
import { encodeGlobal, readLinkedGlobal } from "../../storage/model-objects.ts";
import { MemoryBucket } from "../functions/memory-bucket.ts";

export function copyOf({ contents }: MemoryBucket): MemoryBucket {
  const copy = new MemoryBucket();
  for (const [key, bytes] of contents) copy.contents.set(key, Uint8Array.from(bytes));
  return copy;
}

/**
 * Has whoever holds the bucket put another model in the place of a round's, or say otherwise what it was made of, with metrics,
 * header and chain to match: nothing that stands in the bucket tells of it but what the model was made of.
 * @returns the chain that the next round's jobs name
 */
export async function craft(
  bucket: MemoryBucket,
  run: string,
  round: number,
  change: (parameters: Float32Array, said: RoundMetrics) => Partial<RoundMetrics> | undefined,
): Promise<string> {
  const { objects, contents } = bucket;
  const plan = await objects.getRecord(keys.plan(run), planRecord);
  const { record, raw } = await objects.getSealed(keys.roundMetrics(run, round), roundMetrics);
  const { parameters, before } = await readLinkedGlobal(objects, plan, round);
  const changes = change(parameters, record);
  const digest = { weightsSha256: await weightsSha256(parameters) };
  const said = { ...raw, ...changes, ...digest };
  const link = { ...roundLink(before, { ...record, ...changes, ...digest }, said), ...digest };
  const chainSha256 = chainAfter(link);
  contents.delete(keys.roundMetrics(run, round));
  await objects.putRecord(keys.roundMetrics(run, round), { ...said, chainSha256 });
  contents.set(keys.global(run, round), encodeGlobal(plan, round, parameters, link));
  return chainSha256;
}
