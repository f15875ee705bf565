import { beforeEach, describe, expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { allowanceOf } from "../../cloud/allowance.ts";
import { aggregateRound } from "../../functions/aggregate-round/aggregate-round.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { simulatedData } from "../../functions/train-client/client-data.ts";
import { trainClient } from "../../functions/train-client/train-client.ts";
import { keys } from "../../shared/layout.ts";
import { resumedRound } from "../../shared/rounds/resumed-round.ts";
import { weightsAfter } from "../../shared/workflow/chain.ts";
import { type FederationState, prepareRunOutput } from "../../shared/workflow/payloads.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { addUsage } from "../../shared/workflow/usage.ts";
import { completedRounds } from "../../storage/run-objects.ts";
import { here } from "../cli/verify/here.ts";
import { Killed, killedAfter } from "./killed-after.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, invocation, preparedRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
let prepared: Awaited<ReturnType<typeof preparedRun>>;
beforeEach(async () => {
  bucket = new MemoryBucket();
  const set = ["federation.budget=100", "federation.strategy.name=SCAFFOLD", "baseline.enabled=false"];
  await claimRun(bucket, "r", toyConfig(...set, "federation.fraction=0.67", "federation.evaluation=all"));
  prepared = await preparedRun(bucket, { run: "r" });
});

/** What an execution begins with by whose prices the budget pays for another round, or does not. */
async function beginning(number: number, affords: boolean): Promise<FederationState> {
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  const rounds = await completedRounds(bucket.objects, "r");
  const allowance = { ...allowanceOf(plan, defaultDeployment, footprints), affords: () => affords };
  return {
    ...resumedRound(plan, allowance, rounds, number),
    chainSha256: rounds.at(-1)?.chainSha256 ?? prepared.federation.chainSha256,
    weightsSha256: weightsAfter(plan, rounds),
    startedAt: 0,
    usage: addUsage(...rounds.map(({ usage }) => usage)),
  };
}

/** A round up to the writing of so many objects of its aggregation. */
async function playRound(
  federation: FederationState,
  writes = Infinity,
): Promise<FederationState | undefined> {
  const { run, plan, writer } = prepared;
  const underWay = { run, plan, writer };
  const { round, chainSha256, execution, participants } = federation;
  const client = trainClient(bucket.objects, simulatedData(bucket.objects, 1e6));
  const reports = [];
  for (const { client: id, task } of participants) {
    const asked = { ...underWay, round, attempt: execution.number, task, client: id, chainSha256 };
    reports.push(await client.work(asked, invocation()));
  }
  const { objects } = killedAfter(bucket, writes);
  try {
    return await aggregateRound(objects, defaultDeployment).work(
      { ...underWay, federation, reports },
      invocation(),
    );
  } catch (error) {
    if (error instanceof Killed) return undefined;
    throw error;
  }
}

describe("a budget that pays for another round by one execution's prices, and not by those of the next", () => {
  // state and model are made of a set that stands; the final pass makes neither
  test.each([
    [true, 1],
    [true, 2],
    [true, 3],
    [true, 4],
    [false, 1],
    [false, 2],
  ])("is reckoned once for a round (%s) whose set of updates stands (%i)", async (affords, writes) => {
    const first = await beginning(1, true);
    expect(await playRound(first)).toBeDefined();
    const cut = await beginning(1, affords);
    expect(cut.ended).toBe(affords ? null : "budget");
    expect(await playRound(cut, writes)).toBeUndefined();

    const next = await beginning(2, !affords);
    expect(next.ended).toBe(affords ? "budget" : null);
    const federation = await playRound(next);
    if (!federation) throw new Error("the second execution was cut off");
    expect(bucket.json(keys.roundMetrics("r", 2))).toMatchObject({
      attempt: 1,
      task: affords ? "train" : "evaluate",
    });
    expect(federation).toMatchObject(affords ? { round: 3 } : { stage: "done", ended: "budget" });

    const { result } = await continueRun(bucket, prepareRunOutput.parse({ ...prepared, federation }));
    if (!affords) expect(result.federated).toMatchObject({ round: 1, ended: "budget" });
    expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
  });
});
