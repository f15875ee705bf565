import { DescribeExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { beforeEach, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { aws, eachOnMockedAws, onAws, runArgs } from "./mocked-aws-commands.ts";
import { arnOf } from "./targets/mocked-aws.ts";

eachOnMockedAws();

describe.each([
  ["FAILED", "failed"],
  ["TIMED_OUT", "timed out"],
  ["ABORTED", "was stopped"],
] as const)("an execution that is %s", (status, how) => {
  const ending = { status, error: "QuorumNotReached", cause: "round 1: 1 of 3 clients reported" };
  const sentence = `ExecutionFailed: run r ${how}: QuorumNotReached: round 1: 1 of 3 clients reported\n`;

  test("ends fedstep run with its error and cause", async () => {
    aws.ends = ending;
    expect(await onAws("run", ...runArgs(), "--json")).toEqual({ code: 1, output: "", said: sentence });
  });

  test("ends fedstep follow, and fedstep resume goes on after it", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", ending);
    expect(await onAws("follow", "r", "--json")).toEqual({ code: 1, output: "", said: sentence });
    expect(await onAws("resume", "r", "--json")).toMatchObject({ code: 0, said: "" });
    expect([...aws.executions.keys()]).toEqual(["r", "r@2"]);
  });

  test("ends fedstep resume that way again", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", ending);
    aws.ends = ending;
    expect(await onAws("resume", "r", "--json")).toEqual({ code: 1, output: "", said: sentence });
  });

  test("is not stopped again", async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", ending);
    const answer = await onAws("stop", "r");
    expect(answer).toMatchObject({
      code: 2,
      said: expect.stringMatching(new RegExp(`^RunNotUnderWay: .*execution r is ${status}`)),
    });
    expect(aws.states.commandCalls(StopExecutionCommand)).toHaveLength(0);
  });
});

describe("a run that is under way", () => {
  beforeEach(async () => {
    await claimRun(aws.bucket, "r");
    aws.executions.set("r", { status: "SUCCEEDED", output: JSON.stringify({ ExecutionArn: arnOf("r@2") }) });
    aws.executions.set("r@2", { status: "RUNNING" });
  });

  test("is stopped in its last execution", async () => {
    const answer = await onAws("stop", "r");
    expect(answer).toMatchObject({
      code: 0,
      output: expect.stringContaining("fedstep resume r --target aws"),
    });
    expect(aws.executions.get("r@2")).toMatchObject({ status: "ABORTED", error: "Interrupted" });
  });

  test("is stopped in an execution too that started meanwhile", async () => {
    aws.states.on(StopExecutionCommand, { executionArn: arnOf("r@2") }).callsFakeOnce(() => {
      aws.executions.set("r@2", { status: "ABORTED" });
      aws.executions.set("r@3", { status: "RUNNING" });
      return {};
    });
    expect(await onAws("stop", "r")).toMatchObject({ code: 0 });
    expect(aws.executions.get("r@3")).toMatchObject({ status: "ABORTED" });
  });

  test("is followed in its last execution", async () => {
    await playRun(aws.bucket, "r");
    const result = aws.bucket.contents.get(keys.result("r")) ?? new Uint8Array();
    aws.bucket.contents.delete(keys.result("r"));
    let looks = 0;
    aws.states.on(DescribeExecutionCommand, { executionArn: arnOf("r@2") }).callsFake(() => {
      if (looks++ === 0) return { status: "RUNNING" };
      // it ends between the first look and the second
      aws.bucket.contents.set(keys.result("r"), result);
      return { status: "SUCCEEDED", output: "{}" };
    });
    const answer = await onAws("follow", "r");
    expect(answer).toMatchObject({ code: 0, output: expect.stringContaining("weights sha256") });
    expect(answer.said).toMatch(/^run r: execution r@2 is RUNNING$/m);
  });

  test("is not resumed", async () => {
    expect(await onAws("resume", "r")).toMatchObject({
      code: 2,
      said: expect.stringMatching(/^.*RunUnderWay: run r is under way in its execution r@2/m),
    });
  });

  test("of which Step Functions knows nothing is neither followed nor stopped", async () => {
    aws.executions.clear();
    for (const command of ["follow", "stop"]) {
      expect(await onAws(command, "r")).toMatchObject({
        code: 2,
        said: expect.stringMatching(/^RunNotUnderWay: run r has no execution that Step Functions remembers/),
      });
    }
  });
});
