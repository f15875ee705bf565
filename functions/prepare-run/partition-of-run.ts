import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { divide, partitionRecordOf } from "../../shared/partition/division.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { type PartitionRecord, partitionRecord } from "../../shared/workflow/plan-record.ts";
import { partitionBytes } from "../../shared/workflow/record-size.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { readDataset } from "../../storage/dataset-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { partitionOfOwnersRun } from "./partition-of-owners.ts";
import { writeShards } from "./write-shards.ts";

/** Who has which examples, and what became of their shards. */
export interface PartitionOfRun {
  readonly partition: PartitionRecord;
  /** none: all clients are owners, of whose examples nothing is here. */
  readonly shards: "found" | "written" | "none";
  /** What they have signed, where they are. */
  readonly agreed?: Agreement;
}

/**
 * The partition of a run: as its owners have told, or of its data set, with a shard for each client.
 * @param content of the data set, where it has been read already
 */
export async function partitionOfRun(
  objects: Objects,
  record: RunRecord,
  content: DatasetContent | undefined,
): Promise<PartitionOfRun> {
  const { config, dataset, owners } = record;
  if (owners) return partitionOfOwnersRun(objects, record, owners);
  const digest = partitionDigest(config, dataset.digest);
  const index = keys.shardIndex(dataset.digest, digest);
  const known = await findShards(objects, index, partitionBytes(config.partition.clients, dataset));
  if (known) return { partition: known, shards: "found" };
  const divided = content ?? (await readDataset(objects, dataset));
  return { partition: await divideInto(objects, record, digest, divided), shards: "written" };
}

/** The partition whose shards stand already; 0.1.0 recorded less of them, so its are written again. */
async function findShards(
  objects: Objects,
  index: string,
  most: number,
): Promise<PartitionRecord | undefined> {
  const found = await objects.findRecord(index, partitionRecord, most);
  const whole =
    found && found.shards.length > 0 && found.clients.every(({ heldOutLabels }) => heldOutLabels.length > 0);
  return whole ? found : undefined;
}

/** The index is written last, so that a partition is either there as a whole or made again. */
async function divideInto(
  objects: Objects,
  { config, dataset: { digest: dataset } }: RunRecord,
  digest: string,
  content: DatasetContent,
): Promise<PartitionRecord> {
  const division = divide(content, config);
  const shards = await writeShards(objects, { dataset, partition: digest }, division.shards);
  const record = partitionRecordOf(division, shards);
  await objects.putRecord(keys.shardIndex(dataset, digest), record);
  return record;
}
