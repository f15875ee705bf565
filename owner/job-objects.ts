import { objectInvalid, objectMissing } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import type { AnyJob } from "../shared/owners/helpers-job.ts";
import type { StoredMetrics } from "../shared/owners/judge-chain.ts";
import {
  type PartitionRecord,
  type Plan,
  partitionRecord,
  planRecord,
} from "../shared/workflow/plan-record.ts";
import { roundMetrics } from "../shared/workflow/round-records.ts";
import { holdObjects } from "../storage/held-objects.ts";
import { type LinkedGlobal, readLinkedGlobal } from "../storage/model-objects.ts";

/** What came with a job, read: nothing of it is believed yet but that it is what its seals and digests say. */
export interface OpenedJob {
  readonly plan: Plan;
  readonly partition: PartitionRecord;
  readonly partitionSeal: string;
  /** The model that the round starts from, and after which round it was made. */
  readonly global: LinkedGlobal;
  readonly round: number;
  /** Metrics of rounds that came with it, without a gap up to the round before. */
  readonly since: readonly StoredMetrics[];
}

/** @throws ObjectMissing, ObjectInvalid, RecordsUnknown */
export async function openJob(
  { run, round, plan: seal, chainSha256 }: Pick<AnyJob, "run" | "round" | "plan" | "chainSha256">,
  came: ReadonlyMap<string, Uint8Array>,
): Promise<OpenedJob> {
  const { objects } = holdObjects(came);
  const planned = await objects.getSealed(keys.plan(run), planRecord);
  if (planned.seal !== seal) throw objectInvalid(`${keys.plan(run)}: is another plan than the job names`);
  if (planned.record.run !== run) throw objectInvalid(`${keys.plan(run)}: is of run ${planned.record.run}`);
  const { record: partition, seal: partitionSeal } = await objects.getSealed(
    keys.partition(run),
    partitionRecord,
  );
  const since: StoredMetrics[] = [];
  for (let before = round - 1; before >= 1 && came.has(keys.roundMetrics(run, before)); before--) {
    since.unshift(await objects.getSealed(keys.roundMetrics(run, before), roundMetrics));
  }
  if (!came.has(keys.global(run, round - 1)))
    throw objectMissing(`${keys.global(run, round - 1)} did not come`);
  const global = await readLinkedGlobal(objects, planned.record, round - 1, chainSha256);
  return { plan: planned.record, partition, partitionSeal, global, round: round - 1, since };
}
