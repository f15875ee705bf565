import { beforeEach, describe, expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { trainBaseline } from "../../functions/train-baseline/train-baseline.ts";
import { keys } from "../../shared/layout.ts";
import type { BaselineState } from "../../shared/workflow/payloads.ts";
import { getResult } from "../../storage/result-objects.ts";
import { here } from "../cli/verify/here.ts";
import { Killed, killedAfter } from "./killed-after.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, invocation, playRun, preparedRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
let prepared: Awaited<ReturnType<typeof preparedRun>>;
beforeEach(async () => {
  bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("federation.budget=0.02", "federation.rounds=1"));
  prepared = await preparedRun(bucket, { run: "r" });
});

/** Too dear for another epoch than the first. */
const dear = { count: 1, cold: 0, billedMs: 5e6, gbSeconds: 5000 };

interface Attempt {
  readonly affords: boolean;
  /** Objects that it may write. */
  readonly writes?: number;
  readonly remainingMs?: number;
  readonly from?: BaselineState;
  /** What happens while it trains. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** An invocation of TrainBaseline, by whose prices the budget pays for all epochs, or for one. */
async function attempt({ affords, writes = Infinity, remainingMs = 900_000, from, meanwhile }: Attempt) {
  const { run, plan, writer, baseline } = prepared;
  const { objects } = killedAfter(bucket, writes);
  const step = trainBaseline(meanwhile ? bucket.objects : objects, defaultDeployment);
  const own = invocation(() => remainingMs);
  return step.work(
    { run, plan, writer, baseline: from ?? baseline },
    {
      ...own,
      usage: affords ? own.usage : () => dear,
      timed: async (phase, work) => {
        if (phase === "evaluate") await meanwhile?.();
        return work();
      },
    },
  );
}

/** What the run comes to where it is resumed, and verified afterwards. */
async function resumed() {
  const going = await resumedState(bucket.objects, defaultDeployment, "r", 2);
  if (!going) throw new Error("the run has no start");
  await continueRun(bucket, going.state);
  const { findings, unchecked } = await verifyRun(bucket, "r", here);
  expect(findings).toEqual([]);
  const { baseline } = await getResult(bucket.objects, "r");
  return { epochs: baseline?.epochs.length, unchecked: unchecked.map(({ objects }) => objects) };
}

describe("which epoch is the baseline's last", () => {
  test("is decided once: an attempt that could pay for more ends there", async () => {
    // the epoch, and how each client fares with its model
    await expect(attempt({ affords: false, writes: 2 })).rejects.toBeInstanceOf(Killed);
    expect(bucket.contents.has(keys.baselineCheckpoint("r", 1))).toBe(false);
    expect(await attempt({ affords: true })).toMatchObject({ epoch: 1, done: true });
    expect(await resumed()).toMatchObject({ epochs: 1 });
  });

  test("is no epoch that another attempt has left beyond it", async () => {
    await expect(attempt({ affords: true, writes: 3 })).rejects.toBeInstanceOf(Killed);
    expect(await attempt({ affords: false })).toMatchObject({ epoch: 1, done: true });
    const { epochs, unchecked } = await resumed();
    expect(epochs).toBe(1);
    expect(unchecked).toEqual(expect.arrayContaining([2, 3].map((one) => keys.baselineEpoch("r", one))));
  });

  test("is no checkpoint that another attempt has left beyond it", async () => {
    const first = await attempt({ affords: true, remainingMs: 0 });
    // its answer was lost, or another execution goes on from it
    await attempt({ affords: true, remainingMs: 0, from: first });
    await attempt({ affords: false });
    const { state } = (await resumedState(bucket.objects, defaultDeployment, "r", 2)) ?? {};
    expect(state?.baseline).toMatchObject({ epoch: 1, done: true });
    const { epochs, unchecked } = await resumed();
    expect(epochs).toBe(1);
    expect(unchecked).toEqual(expect.arrayContaining([keys.baselineCheckpoint("r", 2)]));
  });

  test("is not decided twice by two executions at once: the other ends, and resuming goes on", async () => {
    let others = 1;
    const meanwhile = async () => {
      if (others-- > 0) await attempt({ affords: false });
    };
    const message = expect.stringMatching(
      /ended the baseline with epoch 1, and this one is at epoch 4; resume/,
    );
    await expect(attempt({ affords: true, meanwhile })).rejects.toMatchObject({
      name: "ObjectTaken",
      message,
    });
    expect(await resumed()).toMatchObject({ epochs: 1 });
  });

  test("is told to an execution that is beyond it", async () => {
    const first = await attempt({ affords: true, remainingMs: 0 });
    const second = await attempt({ affords: true, remainingMs: 0, from: first });
    await attempt({ affords: false });
    await expect(attempt({ affords: true, from: second })).rejects.toMatchObject({
      name: "ObjectTaken",
      message: expect.stringMatching(/ended the baseline with epoch 1, and this one is at epoch 2; resume/),
    });
  });
});

test("how the clients fare, as format 4 kept it, is found", async () => {
  await playRun(bucket, "r");
  const {
    writer: _,
    seal: __,
    ...clients
  } = bucket.json(keys.baselineClients("r")) as Record<string, unknown>;
  await bucket.objects.putRecord(keys.baselineClients("r", 4), clients);
  bucket.contents.delete(keys.baselineClients("r"));
  for (const key of [keys.result("r"), keys.report("r")]) bucket.contents.delete(key);
  const { state } = (await resumedState(bucket.objects, defaultDeployment, "r", 2)) ?? {};
  expect(state?.baseline).toMatchObject({ epoch: 4, done: true });
  if (state) expect((await continueRun(bucket, state)).result.baseline?.epochs).toHaveLength(4);
});
