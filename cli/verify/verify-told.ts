import { keys, prefixes } from "../../shared/layout.ts";
import { ownersConfig, ownersDataset } from "../../shared/owners/owners-dataset.ts";
import { partitionOfOwners } from "../../shared/owners/told-partition.ts";
import { partitionRecord } from "../../shared/workflow/plan-record.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { readAccepted } from "../../storage/agreement-objects.ts";
import { sealRecord } from "../../storage/sealed-records.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";
import type { VerifiedData } from "./verify-data.ts";

/**
 * The partition of a run whose clients are owners: made again from the agreement and from what each has signed. Their
 * examples are nowhere here.
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
  const again =
    accepted && (await audit.read(key, async () => partitionOfOwners(accepted.agreed, accepted.acceptances)));
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
  return { partition, seal, division: undefined };
}
