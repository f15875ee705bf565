import { DescribeExecutionCommand, ExecutionAlreadyExists, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test, vi } from "vitest";
import { startRun } from "../../../cli/run/launch.ts";
import { keys } from "../../../shared/layout.ts";
import { runRecord } from "../../../shared/workflow/run-record.ts";
import { toyConfig } from "../../functions/played-run.ts";
import { mockedTarget } from "./watched-run.ts";

const dataset = {
  name: "toy",
  source: "test",
  digest: "0".repeat(64),
  examples: 90,
  features: 12,
  classes: 3,
};
const executionArn = "arn:aws:states:us-east-1:123456789012:execution:fedstep:r";

describe("starting a run", () => {
  test("stores its configuration, and starts an execution of its name with nothing but the name", async () => {
    const { bucket, states, target } = mockedTarget();
    states.on(StartExecutionCommand).resolves({ executionArn });
    expect(await startRun(target, "r", toyConfig(), dataset)).toBe(executionArn);
    expect(runRecord.parse(bucket.json(keys.config("r")))).toMatchObject({
      run: "r",
      config: toyConfig(),
      dataset,
    });
    const [call] = states.commandCalls(StartExecutionCommand);
    expect(call?.args[0].input).toEqual({
      stateMachineArn: target.stateMachineArn,
      name: "r",
      input: JSON.stringify({ run: "r" }),
    });
  });

  test("refuses a name that is taken, and starts nothing", async () => {
    const { bucket, states, target } = mockedTarget();
    await bucket.objects.putRecord(keys.config("r"), { mine: true });
    await expect(startRun(target, "r", toyConfig(), dataset)).rejects.toMatchObject({ name: "RunExists" });
    expect(states.commandCalls(StartExecutionCommand)).toHaveLength(0);
    expect(bucket.json(keys.config("r"))).toMatchObject({ mine: true });
  });

  test("refuses a name that differs from another run's only in case, as one folder on some disks", async () => {
    const { bucket, states, target } = mockedTarget();
    await bucket.objects.putRecord(keys.config("Trial"), { mine: true });
    await expect(startRun(target, "trial", toyConfig(), dataset)).rejects.toMatchObject({
      name: "RunExists",
      message: expect.stringContaining('a run "Trial" already'),
    });
    expect(states.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });

  test.each([
    [
      "the execution's name is taken",
      new ExecutionAlreadyExists({ message: "", $metadata: {} }),
      "RunExists",
    ],
    [
      "the start fails",
      Object.assign(new Error("slow down"), { name: "ThrottlingException" }),
      "ThrottlingException",
    ],
  ])("leaves nothing behind where %s", async (_what, error, name) => {
    const { bucket, states, target } = mockedTarget();
    states.on(StartExecutionCommand).rejects(error);
    await expect(startRun(target, "r", toyConfig(), dataset)).rejects.toMatchObject({ name });
    expect([...bucket.contents.keys()]).toEqual([]);
  });

  test.each([
    [
      "somebody has resumed the run meanwhile",
      new ExecutionAlreadyExists({ message: "", $metadata: {} }),
      { executionArn, status: "RUNNING" as const, input: JSON.stringify({ run: "r" }) },
      true,
    ],
    [
      "the answer got lost of a start that succeeded",
      Object.assign(new Error("socket hang up"), { name: "TimeoutError" }),
      { executionArn, status: "RUNNING" as const, input: JSON.stringify({ run: "r" }) },
      true,
    ],
    [
      "an execution took the name that is no run's",
      new ExecutionAlreadyExists({ message: "", $metadata: {} }),
      { executionArn, status: "RUNNING" as const, input: "{}" },
      false,
    ],
  ])(
    "leaves the configuration to whoever goes by it, where %s",
    async (_what, error, described, isTheirs) => {
      const { bucket, states, target } = mockedTarget();
      states.on(StartExecutionCommand).callsFake(() => {
        states.on(DescribeExecutionCommand).resolves(described);
        throw error;
      });
      const name = isTheirs ? "RunUnderWay" : "RunExists";
      await expect(startRun(target, "r", toyConfig(), dataset)).rejects.toMatchObject({ name });
      expect(bucket.contents.has(keys.config("r"))).toBe(isTheirs);
    },
  );

  test("leaves the configuration where nobody can tell whether an execution goes by it", async () => {
    const { bucket, states, target } = mockedTarget();
    states.on(StartExecutionCommand).callsFake(() => {
      states.on(DescribeExecutionCommand).rejects(new Error("no network"));
      throw new Error("no network");
    });
    await expect(startRun(target, "r", toyConfig(), dataset)).rejects.toThrow("no network");
    expect(bucket.contents.has(keys.config("r"))).toBe(true);
  });

  test("claims no name of an execution that Step Functions remembers", async () => {
    const { bucket, states, target } = mockedTarget();
    const forgotten = { executionArn, status: "SUCCEEDED" as const, input: JSON.stringify({ run: "r" }) };
    states.on(DescribeExecutionCommand, { executionArn }).resolves(forgotten);
    const put = vi.spyOn(bucket.objects, "putNewRecord");
    await expect(startRun(target, "r", toyConfig(), dataset)).rejects.toMatchObject({ name: "RunExists" });
    expect(put).not.toHaveBeenCalled();
    expect(states.commandCalls(StartExecutionCommand)).toHaveLength(0);
  });
});
