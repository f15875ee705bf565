import { keys, prefixes } from "../../shared/layout.ts";
import { ownersConfig, ownersDataset } from "../../shared/owners/owners-dataset.ts";
import { simulatedDataset, simulatedShards } from "../../shared/owners/simulated-shards.ts";
import { partitionOfOwners } from "../../shared/owners/told-partition.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { type PartitionRecord, partitionRecord } from "../../shared/workflow/plan-record.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { type Accepted, readAccepted } from "../../storage/agreement-objects.ts";
import { readDataset } from "../../storage/dataset-objects.ts";
import { sealRecord } from "../../storage/sealed-records.ts";
import { encodeShard } from "../../storage/shard-objects.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import { type VerifiedData, verifyShards } from "./verify-data.ts";

/**
 * The partition of a run whose clients are owners: made again from the agreement and from what each has signed. Their
 * examples are nowhere here; those of simulated clients beside them are, and so are their shards.
 */
export async function verifyTold(
  scene: Scene,
  owners: NonNullable<RunRecord["owners"]>,
): Promise<VerifiedData | undefined> {
  const { objects, audit, record } = scene;
  const claim = keys.config(record.run);
  const accepted = await audit.read(claim, () => readAccepted(objects, owners));
  if (accepted) {
    const { agreed, acceptances } = accepted;
    const config = ownersConfig(agreed, acceptances.length, record.config.federation);
    const expected = { config, dataset: ownersDataset(agreed, acceptances) };
    audit.compare(claim, { config: record.config, dataset: record.dataset }, expected);
  }
  const key = keys.partition(record.run);
  const stored = await storedRecord(scene, key, partitionRecord);
  const shards = accepted && (await shardsAgain(scene, accepted));
  const again =
    accepted &&
    (await audit.read(key, async () => {
      const { agreed, acceptances } = accepted;
      return partitionOfOwners(agreed, acceptances, shards ?? stored?.record.shards);
    }));
  const partition = again ?? stored?.record;
  if (!partition) return undefined;
  const same = stored !== undefined && audit.compare(key, stored.raw, partition);
  const { seal } = same ? stored : await sealRecord(key, partition);
  if (again) audit.recomputed.push("partition and scaling, from what the owners have signed");
  const why =
    "its owners keep the examples: what they tell of them, and how models do on them, is what they have signed";
  audit.unchecked.push({ objects: key, fields: ["clients.*", "scaling.*"], why });
  audit.unchecked.push({
    objects: prefixes.roundMetrics.replace("*", record.run),
    fields: ["alone.alone.*", "clients.*.alone.*"],
    why: "no owner hands over the model that it has trained alone: these are sums of what they have signed",
  });
  if (partition.shards.length > 0) await verifyShards(scene, partition, shards !== undefined);
  return { partition, seal, division: undefined };
}

/** Digests of the shards by client, null of an owner; undefined where the data set of simulated clients is gone. */
async function shardsAgain(
  { objects, audit, record: { config, dataset } }: Scene,
  { agreed, acceptances }: Accepted,
): Promise<PartitionRecord["shards"] | undefined> {
  const simulated = simulatedDataset(agreed);
  if (!simulated) return [];
  const key = keys.dataset(simulated.digest);
  if (!(await objects.exists(key))) {
    const why = "the data set of the simulated clients is gone, so that their shards were not made again";
    audit.unchecked.push({ objects: key, why });
    return undefined;
  }
  return audit.read(key, async () => {
    const content = await readDataset(objects, simulated);
    const { scaling } = partitionOfOwners(agreed, acceptances);
    const of = { dataset: dataset.digest, partition: partitionDigest(config, dataset.digest) };
    const digests: string[] = [];
    for (const [at, shard] of simulatedShards(agreed, content, scaling).entries()) {
      digests.push((await encodeShard(of, acceptances.length + at, shard())).sha256);
    }
    return [...acceptances.map(() => null), ...digests];
  });
}
