import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { carryOut } from "../../../cli/study/carry-out.ts";
import { silentStudy } from "../../../cli/study/progress.ts";
import { checkConfig } from "../../../cloud/limits/check-config.ts";
import { keys } from "../../../shared/layout.ts";
import { attemptName, planStudy, runName } from "../../../shared/study/plan.ts";
import type { CellOutcome } from "../../../shared/study/results.ts";
import { runRecord } from "../../../shared/workflow/run-record.ts";
import { dataset, resultOf } from "../../shared/study/ended-study.ts";
import { storeResult } from "../../storage/store-result.ts";
import { mockedTarget } from "../run/watched-run.ts";

const plan = planStudy({ name: "study", preset: "smoke", seeds: [1] }, checkConfig);
const [planned] = plan.runs;
if (!planned) throw new Error("a study has a run");
const { config } = planned;
const name = runName("study", planned, dataset.digest);
const $metadata = {};

const arn = `arn:aws:states:us-east-1:123456789012:execution:fedstep:${name}`;

/** A target that knows of the given attempts, each with its configuration and perhaps a result, and of no execution. */
async function situation(attempts: { result?: boolean; record?: unknown }[]) {
  const { bucket, states, target } = mockedTarget();
  states.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: "none", $metadata }));
  for (const [i, { result, record }] of attempts.entries()) {
    const run = attemptName(name, i + 1);
    const claim = record ?? { run, createdAt: "2026-01-01T00:00:00.000Z", config, dataset };
    await bucket.objects.putRecord(keys.config(run), claim);
    if (result) await storeResult(bucket.objects, { ...resultOf(config, [0.5], 0.9), run });
  }
  const outcomes: CellOutcome[] = [];
  const notes: string[] = [];
  const run = (signal = new AbortController().signal, keepUpdates = true) =>
    carryOut(target, {
      study: "study",
      runs: plan.runs,
      dataset,
      keepUpdates,
      progress: silentStudy((text) => void notes.push(text)),
      signal,
      ended: async (outcome) => void outcomes.push(outcome),
    });
  const started = () => states.commandCalls(StartExecutionCommand).map(({ args: [{ input }] }) => input.name);
  /** Every execution that is started succeeds at once. */
  const succeeding = () => {
    states.on(StartExecutionCommand).callsFake(async (input) => {
      await storeResult(bucket.objects, { ...resultOf(config, [0.6], 0.9), run: String(input.name) });
      return { executionArn: `arn:${input.name}` };
    });
    for (const attempt of [1, 2]) {
      const executionArn = `arn:${attemptName(name, attempt)}`;
      states.on(DescribeExecutionCommand, { executionArn }).resolves({ status: "SUCCEEDED" });
    }
  };
  const ended = () =>
    outcomes.map((outcome) => ("result" in outcome ? outcome.result.run : outcome.failed.error));
  return { bucket, states, run, started, succeeding, ended, notes };
}

describe("a planned run", () => {
  test("that has never been begun is run under its name", async () => {
    const { run, started, succeeding, ended } = await situation([]);
    succeeding();
    await run();
    expect(started()).toEqual([name]);
    expect(ended()).toEqual([name]);
  });

  test("that has finished is kept", async () => {
    const { states, run, started, ended } = await situation([{}, { result: true }]);
    states.on(DescribeExecutionCommand, { executionArn: arn }).resolves({ status: "ABORTED" });
    await run();
    expect(started()).toEqual([]);
    expect(ended()).toEqual([`${name}-2`]);
  });

  test.each([
    ["was interrupted", {}],
    ["left records that this version cannot read", { record: { run: name, config: "of another version" } }],
    [
      "is another configuration's under the same name",
      {
        record: {
          run: name,
          createdAt: "",
          config: { ...config, seed: 2 },
          dataset,
        },
      },
    ],
  ])("that %s is run under a further name", async (_what, attempt) => {
    const { run, started, succeeding, ended } = await situation([attempt]);
    succeeding();
    await run();
    expect(started()).toEqual([`${name}-2`]);
    expect(ended()).toEqual([`${name}-2`]);
  });

  test.each([
    ["configuration", keys.config(name)],
    ["result", keys.result(name)],
  ])("whose %s is damaged is named, left as it is, and only then run again", async (_what, key) => {
    const { bucket, run, started, succeeding, ended, notes } = await situation([{ result: true }]);
    succeeding();
    const text = Buffer.from(bucket.contents.get(key) ?? "").toString();
    bucket.contents.set(key, Buffer.from(text.replace("0", "1")));
    const update = keys.update(name, 1, 0);
    bucket.contents.set(update, new Uint8Array(1));
    const before = new Map(bucket.contents);
    await run(undefined, false);
    expect(notes).toEqual([expect.stringMatching(new RegExp(`run ${name} stays .*: ${key}: was damaged`))]);
    expect(started()).toEqual([`${name}-2`]);
    expect(ended()).toEqual([`${name}-2`]);
    for (const [name, bytes] of before) expect(bucket.contents.get(name), name).toEqual(bytes);
  });

  test("that goes on without the command that started it, as on AWS, is waited for", async () => {
    const { bucket, states, run, started, ended } = await situation([{}]);
    states
      .on(DescribeExecutionCommand, { executionArn: arn })
      .resolvesOnce({ status: "RUNNING" })
      .resolvesOnce({ status: "RUNNING" })
      .callsFake(async () => {
        await storeResult(bucket.objects, { ...resultOf(config, [0.5], 0.9), run: name });
        return { status: "SUCCEEDED" };
      });
    await run();
    expect(started()).toEqual([]);
    expect(ended()).toEqual([name]);
  });

  test.each([
    ["has gone on in a second execution", "SUCCEEDED"],
    ["was stopped, and resumed by hand", "ABORTED"],
  ] as const)("that %s is waited for too", async (_what, status) => {
    const { bucket, states, run, started, ended } = await situation([{}]);
    const output = status === "SUCCEEDED" ? { output: JSON.stringify({ ExecutionArn: `${arn}@2` }) } : {};
    states.on(DescribeExecutionCommand, { executionArn: arn }).resolves({ status, ...output });
    states
      .on(DescribeExecutionCommand, { executionArn: `${arn}@2` })
      .resolvesOnce({ status: "RUNNING" })
      .callsFake(async () => {
        await storeResult(bucket.objects, { ...resultOf(config, [0.5], 0.9), run: name });
        return { status: "SUCCEEDED" };
      });
    await run();
    expect(started()).toEqual([]);
    expect(ended()).toEqual([name]);
  });

  test("that was stopped, resumed by hand and stopped again is run under a further name", async () => {
    const { states, run, started, succeeding } = await situation([{}]);
    for (const execution of [arn, `${arn}@2`])
      states.on(DescribeExecutionCommand, { executionArn: execution }).resolves({ status: "ABORTED" });
    succeeding();
    await run();
    expect(started()).toEqual([`${name}-2`]);
  });

  test("whose execution's name is remembered though its objects are gone takes the next", async () => {
    const { bucket, states, run, succeeding, ended } = await situation([]);
    succeeding();
    states
      .on(StartExecutionCommand, { name })
      .rejects(new ExecutionAlreadyExists({ message: "", $metadata }));
    await run();
    expect(ended()).toEqual([`${name}-2`]);
    expect(bucket.contents.has(keys.config(name))).toBe(false);
  });

  test.each([false, true])("says in its record whether its updates go, kept: %s", async (keepUpdates) => {
    const { bucket, run, succeeding } = await situation([]);
    succeeding();
    bucket.contents.set(keys.update(name, 1, 0), new Uint8Array(1));
    await run(undefined, keepUpdates);
    expect(runRecord.parse(bucket.json(keys.config(name))).dropsUpdates).toBe(keepUpdates ? undefined : true);
    expect(bucket.contents.has(keys.update(name, 1, 0))).toBe(keepUpdates);
  });

  test.each([false, true])(
    "that was begun elsewhere loses its updates where its record says so: %s",
    async (drops) => {
      const record = { run: name, createdAt: "2026-01-01T00:00:00.000Z", config, dataset };
      const { bucket, states, run } = await situation([
        { record: drops ? { ...record, dropsUpdates: true } : record },
      ]);
      bucket.contents.set(keys.update(name, 1, 0), new Uint8Array(1));
      states
        .on(DescribeExecutionCommand, { executionArn: arn })
        .resolvesOnce({ status: "RUNNING" })
        .callsFake(async () => {
          await bucket.objects.putJson(keys.result(name), { ...resultOf(config, [0.5], 0.9), run: name });
          return { status: "SUCCEEDED" };
        });
      await run(undefined, false);
      expect(bucket.contents.has(keys.update(name, 1, 0))).toBe(!drops);
    },
  );

  test("that fails is told as failed, and any other error ends the study", async () => {
    const failing = await situation([]);
    failing.states.on(StartExecutionCommand).resolves({ executionArn: "arn:x" });
    failing.states
      .on(DescribeExecutionCommand, { executionArn: "arn:x" })
      .resolves({ status: "FAILED", error: "QuorumNotReached" });
    await failing.run();
    expect(failing.ended()).toEqual([`run ${name} failed: QuorumNotReached`]);
    const broken = await situation([]);
    broken.states.on(StartExecutionCommand).rejects(new Error("no network"));
    await expect(broken.run()).rejects.toThrow("no network");
    expect(broken.ended()).toEqual([]);
  });

  test("is not begun once interrupted", async () => {
    const { run, started, ended } = await situation([]);
    await expect(run(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect([...started(), ...ended()]).toEqual([]);
  });
});
