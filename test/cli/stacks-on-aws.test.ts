import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { withLimits } from "../../cloud/deployment.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { claimRun } from "../functions/played-run.ts";
import { aws, commands, eachOnMockedAws, onAws, runArgs, study, table } from "./mocked-aws-commands.ts";

eachOnMockedAws();

test.each(["run", "cost", "study"])(
  "fedstep %s on a stack of an earlier version says to deploy it again",
  async (command) => {
    aws.deployment = undefined;
    const [, args] = commands.find(([name]) => name === command) ?? [];
    await claimRun(aws.bucket, "r");
    const answer = await onAws(command, ...(args?.() ?? []));
    expect(answer).toMatchObject({ code: 2, output: "" });
    expect(answer.said.trimEnd().split("\n").at(-1)).toMatch(
      /^StackOutdated: the output Deployment of stack "fedstep" is missing.*run npx cdk deploy again$/,
    );
  },
);

test("a stack that another version has deployed is used, and said to be of another one", async () => {
  aws.version = "0.0.7";
  const answer = await onAws("run", ...runArgs());
  expect(answer.code).toBe(0);
  expect(answer.said).toMatch(
    /^note: fedstep 0\.0\.7 deployed stack fedstep, and this is \d.*npx cdk deploy/m,
  );
});

test("what a run, or the runs of a study, will cost is said before anything is started", async () => {
  const costs = "0\\.\\d+ dollars at the list prices of us-east-1";
  const run = await onAws("run", ...runArgs());
  expect(run.said).toMatch(new RegExp(`^estimate: ${costs}, and [\\d.]+ s$`, "m"));
  const all = await onAws("study", study(), "--data", table(), "--label", "kind");
  expect(all.said).toMatch(new RegExp(`^estimate: ${costs}, if all of its runs are to be run$`, "m"));
});

describe("a stack with other memory than the usual", () => {
  const wide = () => [...runArgs(), "--set", "model.hidden=[3000,3000]"];
  const aggregating = (memoryMb: number) => withLimits(defaultDeployment, "AggregateRound", { memoryMb });

  test("is what a run is checked against, before anything is uploaded", async () => {
    aws.deployment = aggregating(512);
    const refused = await onAws("run", ...wide());
    expect(refused).toMatchObject({ code: 2, output: "" });
    const [, option, mb] = /deploy with -c memoryMb\.(\w+)=(\d+)$/m.exec(refused.said) ?? [];
    expect(refused.said).toMatch(/LambdaMemoryTooSmall: /);
    expect([option, Number(mb) > 512]).toEqual(["AggregateRound", true]);
    expect([...aws.bucket.contents.keys()]).toEqual([]);
  });

  test("takes a run that one with less refuses", async () => {
    aws.deployment = aggregating(10_240);
    // what is asked to run it is of no interest here
    aws.ends = { status: "ABORTED" };
    const answer = await onAws("run", ...wide());
    expect(answer.said).not.toContain("LambdaMemoryTooSmall");
    expect(aws.states.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });
});
