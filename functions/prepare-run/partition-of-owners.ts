import { canonicalJson } from "../../shared/canonical-json.ts";
import { keys } from "../../shared/layout.ts";
import { type Agreement, simulatedIn } from "../../shared/owners/agreement.ts";
import { simulatedDataset, simulatedShards } from "../../shared/owners/simulated-shards.ts";
import { fitsShards, partitionOfOwners } from "../../shared/owners/told-partition.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { type PartitionRecord, partitionRecord } from "../../shared/workflow/plan-record.ts";
import { partitionBytes } from "../../shared/workflow/record-size.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { readAccepted } from "../../storage/agreement-objects.ts";
import { readDataset } from "../../storage/dataset-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { writeShards } from "./write-shards.ts";

/**
 * The partition of a run as its owners have told, with a shard for each simulated client beside them: its examples lie in the
 * bucket since the agreement was proposed, and are scaled by what everybody has told.
 * @throws ObjectInvalid where what was agreed upon, signed or put there is another thing now
 */
export async function partitionOfOwnersRun(
  objects: Objects,
  { config, dataset }: RunRecord,
  owners: NonNullable<RunRecord["owners"]>,
) {
  const { agreed, acceptances } = await readAccepted(objects, owners);
  const told = partitionOfOwners(agreed, acceptances);
  const simulated = simulatedDataset(agreed);
  if (!simulated) return { partition: told, shards: "none" as const, agreed };

  const of = { dataset: dataset.digest, partition: partitionDigest(config, dataset.digest) };
  const index = keys.shardIndex(of.dataset, of.partition);
  const most = partitionBytes(told.clients.length, dataset);
  const found = await objects.findRecord(index, partitionRecord, most);
  if (found && isOf(agreed, told, found)) return { partition: found, shards: "found" as const, agreed };

  const made = simulatedShards(agreed, await readDataset(objects, simulated), told.scaling);
  const digests = await writeShards(objects, of, made, acceptances.length);
  const partition = { ...told, shards: [...acceptances.map(() => null), ...digests] };
  await objects.putRecord(index, partition);
  return { partition, shards: "written" as const, agreed };
}

/** Whether a partition that stands is the one that was told, with all shards. */
function isOf(agreed: Agreement, told: PartitionRecord, found: PartitionRecord): boolean {
  const owners = told.clients.length - simulatedIn(agreed).length;
  return (
    fitsShards(agreed, owners, found.shards) &&
    canonicalJson({ ...found, shards: told.shards }) === canonicalJson(told)
  );
}
