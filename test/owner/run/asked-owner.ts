import type { Bundle } from "../../../owner/train.ts";
import { type Agreement, nameOf } from "../../../shared/owners/agreement.ts";
import type { OwnersJob } from "../../../shared/owners/job.ts";
import { MemoryBucket } from "../../functions/memory-bucket.ts";
import { preparedRun } from "../../functions/played-run.ts";
import { agree, run, type WorkingOwner, workingOwners } from "../working-owners.ts";
import { DoorStandIn } from "./door-stand-in.ts";

export { trainingBundle } from "../training-bundle.ts";

/** A run before its first round, a door, and an owner for whom a job of it waits there. */
export interface AskedOwner {
  readonly bucket: MemoryBucket;
  readonly door: DoorStandIn;
  readonly owners: readonly WorkingOwner[];
  readonly owner: WorkingOwner;
  readonly key: string;
  readonly agreed: Agreement;
  readonly job: OwnersJob;
}

export async function askedOwner(bundle: Bundle, changes: Partial<Agreement> = {}): Promise<AskedOwner> {
  const bucket = new MemoryBucket();
  const owners = await workingOwners();
  const shortly = (config: Agreement["config"]) => ({
    ...config,
    federation: { ...config.federation, rounds: 2 },
  });
  const agreed = await agree(bucket, owners, bundle, shortly, changes);
  const { plan, writer, federation } = await preparedRun(bucket, { run });
  const { round, chainSha256 } = federation;
  const door = await DoorStandIn.open(bucket);
  const owner = owners[1] as WorkingOwner;
  const input = { run, plan, writer, round, attempt: 1, task: "train", client: 1, chainSha256 } as const;
  const job = { agreement: nameOf(agreed), ...input };
  return { bucket, door, owners, owner, key: owner.home.owner.signingKey, agreed, job };
}
