import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys, shardsOf } from "../../shared/layout.ts";
import { type Division, divide, partitionRecordOf } from "../../shared/partition/division.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { shardSize } from "../../shared/partition/shard-size.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import { type PartitionRecord, partitionRecord } from "../../shared/workflow/plan-record.ts";
import { readDataset } from "../../storage/dataset-objects.ts";
import { sealRecord } from "../../storage/sealed-records.ts";
import { encodeShard } from "../../storage/shard-objects.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";

/** Who has which examples. */
export interface VerifiedData {
  /** Divided from the data set where that is there; else as the run's own record says. */
  readonly partition: PartitionRecord;
  /** Of that record. */
  readonly seal: string;
  /** Undefined where the data set is gone. */
  readonly division: Division | undefined;
}

/** The data set by its digest, and by dividing it again partition, shards and their index. */
export async function verifyData(scene: Scene): Promise<VerifiedData | undefined> {
  const content = await contentOf(scene);
  const divided = content && (await divideAgain(scene, content));
  const key = keys.partition(scene.record.run);
  const stored = await storedRecord(scene, key, partitionRecord);
  const partition = divided?.partition ?? stored?.record;
  if (!partition) return undefined;
  const same = stored !== undefined && scene.audit.compare(key, stored.raw, partition);
  const { seal } = same ? stored : await sealRecord(key, partition);
  await verifyShards(scene, partition, divided !== undefined);
  return { partition, seal, division: divided?.division };
}

async function contentOf({ objects, audit, record }: Scene): Promise<DatasetContent | undefined> {
  const { digest } = record.dataset;
  const key = keys.dataset(digest);
  if (!(await objects.exists(key))) {
    const why = "the data set is gone, so that nothing was divided or evaluated again";
    audit.unchecked.push({ objects: key, why });
    return undefined;
  }
  const content = await audit.read(key, () => readDataset(objects, record.dataset));
  if (!content) return undefined;
  const { source, readWith } = record.dataset;
  const described = datasetRecordOf({ ...content, source, ...(readWith && { readWith }) }, digest);
  const told = audit.compare(keys.config(record.run), { dataset: record.dataset }, { dataset: described });
  return told ? content : undefined;
}

async function divideAgain(
  { audit, record }: Scene,
  content: DatasetContent,
): Promise<{ division: Division; partition: PartitionRecord } | undefined> {
  const { config, dataset } = record;
  const division = await audit.read(keys.config(record.run), async () => divide(content, config));
  if (!division) return undefined;
  const of = { dataset: dataset.digest, partition: partitionDigest(config, dataset.digest) };
  const digests: string[] = [];
  for (const [client, shard] of division.shards.entries()) {
    digests.push((await encodeShard(of, client, shard())).sha256);
  }
  return { division, partition: partitionRecordOf(division, digests) };
}

/**
 * The index and the shards that lie there, by their digests; whoever trains reads none that has another.
 * @param divided whether the partition has them from the data set
 */
export async function verifyShards(
  { objects, audit, record }: Scene,
  partition: PartitionRecord,
  divided: boolean,
): Promise<void> {
  const { digest } = record.dataset;
  const name = partitionDigest(record.config, digest);
  const index = keys.shardIndex(digest, name);
  const below = shardsOf(digest, name);
  const there = new Set(await objects.list(below));
  if (there.size === 0) {
    audit.unchecked.push({ objects: `${below}*`, why: "the shards are gone" });
    return;
  }
  // an owner has none here
  const expected = partition.shards.flatMap((told, client) =>
    told === null ? [] : [{ client, told, key: keys.shard(digest, name, client) }],
  );
  const known = new Set([index, ...expected.map(({ key }) => key)]);
  for (const key of known) if (!there.has(key)) audit.found(key, "is missing");
  for (const key of there) if (!known.has(key)) audit.found(key, "is no shard of the partition");
  if (there.has(index)) {
    const stored = await audit.read(index, () => objects.getSealed(index, partitionRecord));
    if (stored) audit.compare(index, stored.raw, partition);
  }
  for (const { client, told, key } of expected) {
    if (!there.has(key)) continue;
    const { bytes: most } = shardSize({ ...partition, dataset: record.dataset }, client);
    const stored = await audit.read(key, () => objects.get(key, most));
    if (!stored) continue;
    const found = await sha256Hex(stored.bytes);
    if (found !== told) {
      audit.found(
        key,
        `has digest ${found}, and ${divided ? "the data set makes" : "its index says"} ${told}`,
      );
    }
  }
}
