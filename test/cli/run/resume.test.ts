import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resumeRun } from "../../../cli/run/resume.ts";
import { resumedState } from "../../../cli/run/resumed-state.ts";
import { stopRun } from "../../../cli/run/stop.ts";
import { lastExecution } from "../../../cli/targets/execution.ts";
import { defaultDeployment } from "../../../functions/footprints.ts";
import { sha256Hex } from "../../../shared/digest.ts";
import { keys } from "../../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../shared/tensors/safetensors.ts";
import { roundTimes } from "../../../shared/workflow/round-records.ts";
import { claimFork, claimRun, continueRun, playRun, toyConfig } from "../../functions/played-run.ts";
import { mockedTarget } from "./watched-run.ts";

const arn = "arn:aws:states:us-east-1:123456789012:execution:fedstep:r";
const none = () => new ExecutionDoesNotExist({ message: "none", $metadata: {} });

/** A target whose executions so far have ended as given, and what the next one is started with. */
function ended(...statuses: ("ABORTED" | "FAILED" | "RUNNING")[]) {
  const mocked = mockedTarget();
  const { states } = mocked;
  states.on(DescribeExecutionCommand).rejects(none());
  for (const [i, status] of statuses.entries()) {
    const executionArn = i === 0 ? arn : `${arn}@${i + 1}`;
    states.on(DescribeExecutionCommand, { executionArn }).resolves({ status });
  }
  states.on(StartExecutionCommand).resolves({ executionArn: `${arn}@next` });
  const started = () => {
    const [call] = states.commandCalls(StartExecutionCommand);
    return { name: call?.args[0].input.name, input: JSON.parse(call?.args[0].input.input ?? "null") };
  };
  return { ...mocked, started };
}

class Killed extends Error {}

const bits = ({ result }: Pick<Awaited<ReturnType<typeof playRun>>, "result">) => [
  result.federated.weightsSha256,
  result.federated.rounds.map(({ accuracy }) => accuracy),
  result.baseline?.weightsSha256,
];

describe("a run that was cut off", () => {
  test("before it was prepared begins anew, under the name of its second execution", async () => {
    const { bucket, target, started } = ended("FAILED");
    await claimRun(bucket, "r");
    expect(await resumeRun(target, { run: "r" })).toMatchObject({ rounds: 0, epochs: 0 });
    expect(started()).toEqual({ name: "r@2", input: { run: "r" } });
  });

  test("has none of the executions that others have called as its next ones", async () => {
    const { bucket, target, states, started } = ended("FAILED");
    await claimRun(bucket, "r");
    const named = (n: number) => ({ executionArn: `${arn}@${n}` });
    // a run of its own, one of another run, and one of its own that had failed before
    states.on(DescribeExecutionCommand, named(2)).resolves({ ...named(2), status: "RUNNING", input: "{}" });
    const other = JSON.stringify({ run: "other" });
    states.on(DescribeExecutionCommand, named(3)).resolves({ ...named(3), status: "RUNNING", input: other });
    const own = JSON.stringify({ run: "r" });
    states.on(DescribeExecutionCommand, named(4)).resolves({ ...named(4), status: "FAILED", input: own });
    states.on(DescribeExecutionCommand, named(5)).resolves({ ...named(5), status: "RUNNING", input: "[]" });
    expect(await lastExecution(target, { run: "r" })).toEqual({ number: 5, name: "r@4", status: "FAILED" });
    await resumeRun(target, { run: "r" });
    expect(started().name).toBe("r@6");
    await expect(stopRun(target, { run: "r" })).rejects.toThrow("its execution r@4 is FAILED");
  });

  test("knows its first by the execution that it was made of", async () => {
    const { target, states } = ended();
    const executionArn = `${arn}-first`;
    const byHand = { executionArn, status: "ABORTED" as const, input: "{}" };
    states.on(DescribeExecutionCommand, { executionArn }).resolves(byHand);
    const startedBy = { execution: executionArn, dataset: "mnist", notes: [] };
    expect(await lastExecution(target, { run: "r", startedBy })).toMatchObject({ status: "ABORTED" });
    states.on(DescribeExecutionCommand, { executionArn: arn }).resolves({ ...byHand, executionArn: arn });
    expect(await lastExecution(target, { run: "r" })).toMatchObject({ number: 1, status: undefined });
  });

  test("anywhere goes on after its last complete round, and ends with the bits of one that was not", async () => {
    const config = toyConfig("federation.strategy.name=SCAFFOLD", "federation.fraction=0.67");
    const undisturbed = mockedTarget();
    await claimRun(undisturbed.bucket, "r", config);
    const whole = bits(await playRun(undisturbed.bucket, "r"));
    const moment = fc.record({
      round: fc.integer({ min: 1, max: 5 }),
      calls: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(moment, fc.boolean(), async ({ round, calls }, aggregated) => {
        const { bucket, target, started } = ended("ABORTED");
        await claimRun(bucket, "r", config);
        let left = calls;
        const cut = playRun(bucket, "r", {
          interfere: async (at, _client, train) => {
            if (at === round && left-- === 0) throw new Killed();
            return train();
          },
        });
        const killed = await cut.then(
          () => false,
          (error) => error instanceof Killed,
        );
        // a moment that the run does not have
        fc.pre(killed);
        // the model of the last round may stand there without its metrics, which are written last
        if (aggregated && round > 1) bucket.contents.delete(keys.roundMetrics("r", round - 1));
        const { rounds } = await resumeRun(target, { run: "r" });
        expect(rounds).toBe(Math.max(0, round - (aggregated ? 2 : 1)));
        expect(bits(await continueRun(bucket, started().input))).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  test("with nothing left but its result gets that", async () => {
    const { bucket, target, started } = ended("ABORTED", "FAILED");
    await claimRun(bucket, "r");
    const whole = bits(await playRun(bucket, "r"));
    bucket.contents.delete(keys.result("r"));
    expect(await resumeRun(target, { run: "r" })).toMatchObject({ rounds: 5, epochs: 4 });
    const { name, input } = started();
    expect(name).toBe("r@3");
    expect(input.federation).toMatchObject({ stage: "done", ended: "rounds", participants: [] });
    expect(input.baseline).toMatchObject({ done: true, epoch: 4 });
    expect(bits(await continueRun(bucket, input))).toEqual(whole);
  });

  test("knows what its rounds have used", async () => {
    const { bucket, target, started } = ended("ABORTED");
    await claimRun(bucket, "r");
    await playRun(bucket, "r");
    bucket.contents.delete(keys.result("r"));
    await resumeRun(target, { run: "r" });
    // five rounds of three clients and an aggregation
    expect(started().input.federation.usage.count).toBe(5 * 4);
  });
});

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

test("a fork that was cut off knows what its own rounds have used, and not those that it has taken", async () => {
  const { bucket, target, started } = ended("ABORTED");
  await claimRun(bucket, "parent");
  await playRun(bucket, "parent");
  await claimFork(bucket, "r", { run: "parent", round: 2 }, "federation.rounds=5");
  const whole = (await playRun(bucket, "r")).result;
  for (const key of [
    keys.result("r"),
    keys.expenses("r"),
    keys.roundTimes("r", 5),
    keys.roundTimes("r", 6),
  ]) {
    bucket.contents.delete(key);
  }
  bucket.contents.delete(keys.roundMetrics("r", 6));
  bucket.contents.delete(keys.roundMetrics("r", 5));
  expect(await resumeRun(target, { run: "r" })).toMatchObject({ rounds: 4 });
  const { input } = started();
  // rounds 3 and 4, of three clients and an aggregation each
  expect(input.federation).toMatchObject({ round: 5, usage: { count: 2 * 4 } });
  const own = [3, 4].map((round) => roundTimes.parse(bucket.json(keys.roundTimes("r", round))).seconds);
  const seconds = own.reduce((sum, one) => sum + one, 0);
  expect(input.startedAt).toBe(Math.round(input.federation.startedAt - 1000 * seconds));
  const { result } = await continueRun(bucket, input);
  // all but PrepareRun's
  expect(result.invocations.count).toBe(whole.invocations.count - 1);
  expect(result.cost?.lines.lambdaRequests).toBe(whole.cost?.lines.lambdaRequests);
});

describe("a run is not resumed that", () => {
  test("has finished", async () => {
    const { bucket, target, states } = ended();
    await claimRun(bucket, "r");
    await playRun(bucket, "r");
    await expect(resumeRun(target, { run: "r" })).rejects.toMatchObject({ name: "RunFinished" });
    expect(states.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });

  test("is under way, be it in a later execution", async () => {
    const { bucket, target, states } = ended("ABORTED", "RUNNING");
    await claimRun(bucket, "r");
    await expect(resumeRun(target, { run: "r" })).rejects.toMatchObject({
      name: "RunUnderWay",
      message: expect.stringContaining("r@2"),
    });
    expect(states.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });

  test("somebody else has just resumed", async () => {
    const { bucket, target, states } = ended("ABORTED");
    await claimRun(bucket, "r");
    const taken = new ExecutionAlreadyExists({ message: "taken", $metadata: {} });
    states.on(StartExecutionCommand).rejects(taken);
    await expect(resumeRun(target, { run: "r" })).rejects.toMatchObject({
      name: "RunUnderWay",
      message: expect.stringContaining("r@2"),
    });
  });
});
