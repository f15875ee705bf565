import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { resumeRun } from "../../../cli/run/resume.ts";
import { stopRun } from "../../../cli/run/stop.ts";
import { lastExecution } from "../../../cli/targets/execution.ts";
import { claimRun } from "../../functions/played-run.ts";
import { arn, ended } from "./ended-executions.ts";

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
});
