import { describe, expect, test } from "vitest";
import { resumeRun } from "../../../cli/run/resume.ts";
import { resumedState } from "../../../cli/run/resumed-state.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { claimRun, continueRun, playRun } from "../../functions/played-run.ts";
import { bits, ended, Killed } from "./ended-executions.ts";
import { mockedTarget } from "./watched-run.ts";

describe("a baseline that was cut off", () => {
  /** Its first execution, up to the baseline's invocation that ends with the second epoch, and what resuming makes of it. */
  async function cutAfterTwoEpochs() {
    const mocked = ended("ABORTED");
    const { bucket, target, started } = mocked;
    await claimRun(bucket, "r");
    const cut = playRun(bucket, "r", {
      baselineMs: 0,
      baselineInvoked: (nth) => {
        if (nth === 3) throw new Killed();
      },
    });
    await expect(cut).rejects.toBeInstanceOf(Killed);
    expect(await resumeRun(target, { run: "r" })).toMatchObject({ epochs: 2 });
    return { bucket, input: started().input };
  }

  test("knows what its invocations had used when its checkpoint was written", async () => {
    const { input } = await cutAfterTwoEpochs();
    expect(input.baseline).toMatchObject({
      epoch: 2,
      done: false,
      usage: { count: 2, cold: 0, billedMs: 4, gbSeconds: 0.002 },
    });
  });

  test("is billed for what it did before and after", async () => {
    const { bucket, input } = await cutAfterTwoEpochs();
    const { result } = await continueRun(bucket, input, { baselineMs: 0 });
    const undisturbed = mockedTarget();
    await claimRun(undisturbed.bucket, "r");
    const whole = (await playRun(undisturbed.bucket, "r", { baselineMs: 0 })).result;
    expect(bits({ result })).toEqual(bits({ result: whole }));
    // all but PrepareRun's invocation, which nothing has kept; and another execution, with eight states
    expect(result.invocations.count).toBe(whole.invocations.count - 1);
    expect(result.invocations.gbSeconds).toBeCloseTo(whole.invocations.gbSeconds - 0.001, 12);
    const [lines, ofWhole] = [result.cost?.lines, whole.cost?.lines];
    expect(lines?.lambdaRequests).toBe(ofWhole?.lambdaRequests);
    expect(lines?.s3Writes).toBe(ofWhole?.s3Writes);
    expect(((lines?.transitions ?? 0) - (ofWhole?.transitions ?? 0)) / 25e-6).toBeCloseTo(8, 6);
  });

  test("whose checkpoint says in its header what was used, as before format 4, goes on from that", async () => {
    const { bucket, input } = await cutAfterTwoEpochs();
    const resumed = () => resumedState(bucket.objects, defaultDeployment, "r", 3);
    const key = keys.baselineCheckpoint("r", 2);
    const { tensors, metadata } = decodeSafetensors(bucket.contents.get(key) as Uint8Array);
    const usage = JSON.stringify({ ...input.baseline.usage, count: 7 });
    const written = (usageSha256: string) =>
      bucket.contents.set(key, encodeSafetensors([...tensors.values()], { ...metadata, usage, usageSha256 }));
    bucket.contents.delete(keys.baselineUsage("r", 2));
    written(await sha256Hex(new TextEncoder().encode(usage)));
    expect((await resumed())?.state.baseline.usage.count).toBe(7);
    written("0".repeat(64));
    await expect(resumed()).rejects.toMatchObject({
      name: "ObjectInvalid",
      message: expect.stringContaining(key),
    });
  });
});
