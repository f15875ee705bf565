import { describe, expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { finishRun } from "../../functions/finish-run/finish-run.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { finishRunInput } from "../../shared/workflow/payloads.ts";
import { Killed, killedAfter } from "./killed-after.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, invocation, playRun, preparedRun } from "./played-run.ts";

/** Every number of writes after which a function can be killed, until it is not. */
async function eachCut(
  bucketOf: () => Promise<MemoryBucket>,
  work: (bucket: MemoryBucket) => Promise<unknown>,
  check: (bucket: MemoryBucket) => Promise<void>,
) {
  for (let writes = 0; ; writes++) {
    const bucket = await bucketOf();
    try {
      await work(killedAfter(bucket, writes));
      return writes;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    await check(bucket);
  }
}

describe("killed after any of its writes", () => {
  test("PrepareRun leaves a start only where a run can go on from it", async () => {
    const whole = new MemoryBucket();
    await claimRun(whole, "r");
    const { result } = await playRun(whole, "r");
    const prepare = (bucket: MemoryBucket) => preparedRun(bucket, { run: "r" });
    const fresh = async () => {
      const bucket = new MemoryBucket();
      await claimRun(bucket, "r");
      return bucket;
    };
    const state = await prepare(await fresh());
    const cuts = await eachCut(fresh, prepare, async (bucket) => {
      // resuming skips PrepareRun where there is a start
      const next = bucket.contents.has(keys.global("r", 0)) ? state : await prepare(bucket);
      const resumed = await continueRun(bucket, next);
      expect(resumed.result.federated.weightsSha256).toBe(result.federated.weightsSha256);
    });
    // three shards and their index, plan, partition, start
    expect(cuts).toBe(7);
  });

  test("FinishRun leaves a result only where everything else stands", async () => {
    const whole = new MemoryBucket();
    await claimRun(whole, "r");
    await playRun(whole, "r");
    const last = [...whole.contents.keys()].filter((key) => /models|report|result/.test(key));
    const resumed = await resumedState(whole.objects, defaultDeployment, "r", 1);
    const input = finishRunInput.parse(resumed?.state);
    const unfinished = async () => {
      const bucket = new MemoryBucket();
      for (const [key, bytes] of whole.contents) if (!last.includes(key)) bucket.contents.set(key, bytes);
      return bucket;
    };
    const finish = (bucket: MemoryBucket) =>
      finishRun(bucket.objects, defaultDeployment).work(input, invocation());
    const cuts = await eachCut(unfinished, finish, async (bucket) => {
      // resuming refuses a run that has a result
      expect(bucket.contents.has(keys.result("r"))).toBe(false);
    });
    expect(cuts).toBe(last.length);
  });
});
