import { accountsOf, besideOwners, mnistSize, plannedSize } from "../../cloud/cost/data-size.ts";
import { estimateRun } from "../../cloud/cost/estimate.ts";
import { billSoFar } from "../../cloud/cost/so-far.ts";
import { type Kept, monthlyCost } from "../../cloud/cost/storage.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { footprints } from "../../functions/footprints.ts";
import type { Spending } from "../../report/cost-table.ts";
import { keptBelow, keys } from "../../shared/layout.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import type { Objects } from "../../storage/objects.ts";
import { findResult } from "../../storage/result-objects.ts";
import { completedEpochs, completedRounds } from "../../storage/run-objects.ts";
import type { Runs } from "../targets/target.ts";
import { readRecord } from "./read-record.ts";

/**
 * What a run has cost: by its result, or where it has none by the rounds and epochs that are complete.
 * @param offered what its stack offers it, of interest only to a run without a result
 * @throws RunMissing, and what offered throws
 */
export async function spendingOf(runs: Runs, run: string, offered: () => Deployment): Promise<Spending> {
  const { objects } = runs;
  const record = await readRecord(runs, run);
  const result = await findResult(objects, run);
  const kept = await keptBy(objects, record);
  const stored = { run, kept, monthly: monthlyCost(kept) };
  if (result?.cost) {
    const { gbSeconds } = result.invocations;
    return { ...stored, recorded: true, bill: result.cost, gbSeconds, estimate: undefined };
  }
  const { config } = record;
  const deployment = offered();
  const taken = record.from?.round ?? 0;
  const rounds = await completedRounds(objects, run, taken + 1);
  const epochs = await completedEpochs(objects, run);
  // a result of a version that recorded no cost knows what was used all the same
  const usage = result?.invocations ?? addUsage(...rounds.map((round) => round.usage));
  const trained = rounds.filter(({ task }) => task === "train").length;
  const seconds = result?.seconds ?? rounds.reduce((sum, round) => sum + round.seconds, 0);
  const plan = await objects.findRecord(keys.plan(run), planRecord);
  const soFar = {
    rounds: trained,
    taken,
    epochs: epochs.length,
    usage,
    seconds,
    owners: record.owners !== undefined,
    ...(plan && accountsOf(plan)),
    beside: plan?.agreement ? besideOwners(plan.clients).clients : 0,
  };
  return {
    ...stored,
    recorded: false,
    bill: billSoFar(config, soFar, deployment, footprints),
    gbSeconds: usage.gbSeconds,
    estimate:
      plan && estimateRun(sizingOf(config, plannedSize(plan, assumedFilled(record))), deployment, footprints),
  };
}

/** As fedstep cost assumes where no data set is at hand: images are filled like MNIST's, tables wholly. */
function assumedFilled({ dataset }: RunRecord): number {
  return dataset.element === "uint8" ? mnistSize.filled : 1;
}

/** Bytes that lie in the bucket now. */
async function keptBy(objects: Objects, { run, config, dataset }: RunRecord): Promise<Kept> {
  const below = keptBelow(run, dataset.digest, partitionDigest(config, dataset.digest));
  const sizeOf = async (prefixes: readonly string[]) => {
    const sizes = await Promise.all(prefixes.map((prefix) => objects.sizeBelow(prefix)));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  };
  const [data, updates, models] = await Promise.all([
    sizeOf(below.data),
    sizeOf(below.updates),
    sizeOf(below.models),
  ]);
  return { data, updates, models };
}
