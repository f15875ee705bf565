import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { keys, ownObjectsOf } from "../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { thisWriter } from "../../shared/workflow/writer.ts";
import { Killed, killedAfter } from "./killed-after.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimFork, claimRun, continueRun, playRun, preparedRun, toyConfig } from "./played-run.ts";

const { version } = thisWriter;
/** From here on another version works, whose arithmetic is the same. */
const replaced = () => Object.assign(thisWriter, { version: "0.2.77" });
afterEach(() => Object.assign(thisWriter, { version }));

const short = ["federation.rounds=2", "baseline.enabled=false", "federation.strategy.name=SCAFFOLD"];
let parent: ReadonlyMap<string, Uint8Array>;
let bucket: MemoryBucket;

/** A run that is laid out, and nothing more. */
async function laidOut(run: "r" | "fork"): Promise<MemoryBucket> {
  const laid = new MemoryBucket();
  if (run === "fork") {
    for (const [key, bytes] of parent) laid.contents.set(key, bytes);
    await claimFork(laid, run, { run: "parent", round: 1 });
  } else {
    await claimRun(laid, run, toyConfig(...short));
  }
  return laid;
}

beforeEach(async () => {
  bucket = new MemoryBucket();
  if (parent) return;
  await claimRun(bucket, "parent", toyConfig(...short));
  await playRun(bucket, "parent");
  parent = new Map(bucket.contents);
});

describe("PrepareRun, cut off after any of its writes", () => {
  test.each(["r", "fork"] as const)("is repeated by another version: %s", async (run) => {
    const whole = await laidOut(run);
    const undisturbed = (await playRun(whole, run)).result.federated;
    let cuts = 0;
    for (let finished = false; !finished; cuts++) {
      Object.assign(thisWriter, { version });
      bucket = await laidOut(run);
      try {
        await preparedRun(killedAfter(bucket, cuts), { run });
        finished = true;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      replaced();
      const resumed = await resumedState(bucket.objects, defaultDeployment, run, 2);
      // only the start, which is written last, says that the rest stands
      expect(resumed !== undefined, `after write ${cuts}`).toBe(finished);
      const execution = `${run}@2`;
      const state = resumed?.state ?? (await preparedRun(bucket, { run }, { execution }));
      expect(state.federation.execution).toMatchObject({ number: 2, name: execution });
      const { result } = await continueRun(bucket, state);
      expect(result.federated.weightsSha256, `after write ${cuts}`).toBe(undisturbed.weightsSha256);
    }
    // shards with their index where the parent has not left them, plan, partition, start; of the parent its state, model,
    // times and metrics
    expect(cuts - 1).toBe(7);
  });

  test("goes on from a model whose header says more", async () => {
    bucket = await laidOut("fork");
    await preparedRun(bucket, { run: "fork" });
    const taken = keys.global("fork", 1);
    const { tensors, metadata } = decodeSafetensors(bucket.contents.get(taken) as Uint8Array);
    const written = encodeSafetensors([...tensors.values()], { ...metadata, added: "by a later version" });
    bucket.contents.set(taken, written);
    bucket.contents.delete(keys.global("fork", 0));
    await preparedRun(bucket, { run: "fork" });
    expect(bucket.contents.get(taken)).toEqual(written);
    expect(bucket.contents.has(keys.global("fork", 0))).toBe(true);
  });

  test("says what to do about a start that an earlier version made before its plan", async () => {
    bucket = await laidOut("r");
    await preparedRun(bucket, { run: "r" });
    bucket.contents.delete(keys.plan("r"));
    replaced();
    await expect(preparedRun(bucket, { run: "r" })).rejects.toMatchObject({
      name: "ObjectTaken",
      message:
        `${keys.global("r", 0)}: stands already, and is not of ${keys.plan("r")}; have all below runs/r/ removed but ` +
        `${keys.config("r")}, and resume the run: nothing is trained yet`,
    });
    for (const key of [...bucket.contents.keys()]) {
      if (key.startsWith(ownObjectsOf("r")) && key !== keys.config("r")) bucket.contents.delete(key);
    }
    const { result } = await playRun(bucket, "r");
    expect(result.federated.rounds.length).toBe(2);
  });

  test("does not go on from a plan with another start", async () => {
    bucket = await laidOut("r");
    await preparedRun(bucket, { run: "r" });
    const { seal, writer, ...plan } = bucket.json(keys.plan("r")) as Record<string, unknown>;
    const start = { weightsSha256: "0".repeat(64), taken: null };
    await bucket.objects.putRecord(keys.plan("r"), { ...plan, start });
    replaced();
    await expect(preparedRun(bucket, { run: "r" })).rejects.toMatchObject({
      name: "ObjectTaken",
      message: expect.stringMatching(
        / has planned the run, and .* divides or starts it otherwise; take fedstep /,
      ),
    });
  });
});
