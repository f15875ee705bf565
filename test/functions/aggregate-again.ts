import { allowanceOf } from "../../cloud/allowance.ts";
import { aggregateRound } from "../../functions/aggregate-round/aggregate-round.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { resumedRound } from "../../shared/rounds/resumed-round.ts";
import type { ClientReport } from "../../shared/workflow/payloads.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { type RoundMetrics, roundMetrics } from "../../shared/workflow/round-records.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import { thisWriter, writerName } from "../../shared/workflow/writer.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { completedRounds } from "../../storage/run-objects.ts";
import type { MemoryBucket } from "./memory-bucket.ts";
import { invocation } from "./played-run.ts";

/**
 * What a round makes of the updates that stand now, where nothing had been made of them: all that it knows of the rounds
 * before is in their metrics.
 */
export async function aggregateAgain(
  bucket: MemoryBucket,
  run: string,
  round: number,
  reports: readonly ClientReport[] = [],
  before?: () => unknown,
): Promise<RoundMetrics> {
  const made = [keys.roundUpdates, keys.global, keys.roundState, keys.roundTimes, keys.roundMetrics];
  for (const key of made) bucket.contents.delete(key(run, round));
  before?.();
  return repeatAggregation(bucket, run, round, reports);
}

/** The same by a repetition, by default in the execution that has taken them. */
export async function repeatAggregation(
  bucket: MemoryBucket,
  run: string,
  round: number,
  reports: readonly ClientReport[] = [],
  attempt = 1,
): Promise<RoundMetrics> {
  const { objects } = bucket;
  const before = (await completedRounds(objects, run)).slice(0, round - 1);
  const { record: plan, seal } = await objects.getSealed(keys.plan(run), planRecord);
  const next = resumedRound(plan, allowanceOf(plan, defaultDeployment, footprints), before, attempt);
  const { chainSha256, weightsSha256 } = await readLinkedGlobal(objects, plan, round - 1);
  const federation = { ...next, chainSha256, weightsSha256, startedAt: Date.now(), usage: noUsage };
  const underWay = { run, plan: seal, writer: writerName(thisWriter) };
  await aggregateRound(objects, defaultDeployment).work(
    { ...underWay, federation, reports: [...reports] },
    invocation(),
  );
  // as everybody reads it who comes after
  return roundMetrics.parse(bucket.json(keys.roundMetrics(run, round)));
}

/** All that the updates determine; the chain tells who was silent too. */
export const outcomeOf = ({ silent, chainSha256, ...outcome }: RoundMetrics) => outcome;
