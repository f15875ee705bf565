import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { followRun } from "../../../cli/run/follow.ts";
import { keys } from "../../../shared/layout.ts";
import { claimRun, playRun, toyConfig } from "../../functions/played-run.ts";
import { mockedTarget } from "./watched-run.ts";

const arn = "arn:aws:states:us-east-1:123456789012:execution:fedstep:r";
const never = new AbortController().signal;

function watcher() {
  const seen: string[] = [];
  return {
    seen,
    round: (round: number) => void seen.push(`round ${round}`),
    epoch: (epoch: number) => void seen.push(`epoch ${epoch}`),
  };
}

describe("following a run", () => {
  test("tells every round and epoch once, in order, and ends with the result", async () => {
    const { bucket, states, target } = mockedTarget();
    await claimRun(bucket, "r", toyConfig("federation.rounds=2", "baseline.epochs=2"));
    const { result } = await playRun(bucket, "r");
    // the second round's metrics arrive between two looks
    const late = keys.roundMetrics("r", 2);
    const bytes = bucket.contents.get(late) ?? new Uint8Array();
    bucket.contents.delete(late);
    states
      .on(DescribeExecutionCommand)
      .resolvesOnce({ status: "RUNNING" })
      .callsFakeOnce(() => {
        bucket.contents.set(late, bytes);
        return { status: "RUNNING" };
      })
      .resolves({ status: "SUCCEEDED" });
    const { seen, ...watching } = watcher();
    expect(await followRun(target, "r", arn, watching, never)).toEqual(result);
    expect(seen.filter((one) => one.startsWith("round"))).toEqual(["round 0", "round 1", "round 2"]);
    expect(seen.filter((one) => one.startsWith("epoch"))).toEqual(["epoch 1", "epoch 2"]);
  });

  test("goes on with the execution that the first one has started, and says which that is", async () => {
    const { bucket, states, target } = mockedTarget();
    await claimRun(bucket, "r", toyConfig("federation.rounds=1", "baseline.epochs=1"));
    const { result } = await playRun(bucket, "r");
    const next = `${arn}@2`;
    states
      .on(DescribeExecutionCommand, { executionArn: arn })
      .resolves({ status: "SUCCEEDED", output: JSON.stringify({ ExecutionArn: next, StartDate: 1 }) })
      .on(DescribeExecutionCommand, { executionArn: next })
      .resolvesOnce({ status: "RUNNING" })
      .resolves({ status: "SUCCEEDED", output: JSON.stringify({ run: "r", result: keys.result("r") }) });
    const continued: string[] = [];
    const watching = { ...watcher(), continued: (execution: string) => void continued.push(execution) };
    expect(await followRun(target, "r", arn, watching, never)).toEqual(result);
    expect(continued).toEqual([next]);
  });

  test.each([
    ["FAILED", "failed", "QuorumNotReached"],
    ["TIMED_OUT", "timed out", "States.Timeout"],
    ["ABORTED", "was stopped", "Interrupted"],
  ] as const)("that ended as %s says so with error and message", async (status, how, error) => {
    const { target, states } = mockedTarget();
    const cause = JSON.stringify({
      errorType: error,
      errorMessage: "round 3: 1 of 10 clients reported",
      trace: [],
    });
    states.on(DescribeExecutionCommand).resolves({ status, error, cause });
    await expect(followRun(target, "r", arn, watcher(), never)).rejects.toMatchObject({
      name: "ExecutionFailed",
      message: `run r ${how}: ${error}: round 3: 1 of 10 clients reported`,
    });
  });

  test("passes on a cause that is no JSON", async () => {
    const { target, states } = mockedTarget();
    states.on(DescribeExecutionCommand).resolves({ status: "FAILED", error: "E", cause: "a sentence" });
    await expect(followRun(target, "r", arn, watcher(), never)).rejects.toThrow(
      "run r failed: E: a sentence",
    );
  });

  test("ends at once when interrupted", async () => {
    const { target, states } = mockedTarget();
    states.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
    const interrupt = new AbortController();
    const following = followRun(
      { ...target, looks: { leastMs: 60_000, mostMs: 60_000 } },
      "r",
      arn,
      watcher(),
      interrupt.signal,
    );
    setTimeout(() => interrupt.abort(), 20);
    await expect(following).rejects.toMatchObject({ name: "AbortError" });
  });
});
