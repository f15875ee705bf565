import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { awaitRun } from "../../../cli/run/execute.ts";
import { silentProgress } from "../../../cli/run/progress.ts";
import { awsTarget } from "../../../cli/targets/aws.ts";
import { claimRun } from "../../functions/played-run.ts";
import { arnOf, mockedAws, restoreAws } from "../targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "../terminal.ts";

let aws: ReturnType<typeof mockedAws>;
beforeEach(async () => {
  aws = mockedAws();
  await claimRun(aws.bucket, "r");
  aws.executions.set("r", { status: "RUNNING" });
});
afterEach(restoreAws);

/** Ctrl-C after a while. */
function interrupt(): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  return controller.signal;
}

describe("a run that the person interrupts", () => {
  test("is stopped where it ends with its command, and says how it goes on", async () => {
    const target = { ...(await awsTarget("fedstep")), endsWithCommand: true, options: "--home here" };
    await expect(awaitRun(target, "r", arnOf("r"), silentProgress, interrupt())).rejects.toMatchObject({
      name: "RunInterrupted",
      message: "run r is stopped; fedstep resume r --home here goes on from its last complete round",
    });
    expect(aws.executions.get("r")).toMatchObject({ status: "ABORTED" });
    await target.close();
  });

  test("goes on where it does not, and the command says how it is watched again", async () => {
    const args = ["follow", "r", "--target", "aws", "--home", temporaryFolder()];
    const { code, said } = await fedstep(args, { signal: interrupt() });
    expect(code).toBe(130);
    expect(said).toMatch(
      /^run r goes on without being watched; fedstep follow r --target aws watches it again, fedstep stop r --target aws ends it\n/m,
    );
    expect(aws.executions.get("r")).toMatchObject({ status: "RUNNING" });
  });

  test("leaves a terminal on a line of its own", async () => {
    const args = ["follow", "r", "--target", "aws", "--home", temporaryFolder()];
    const { said } = await fedstep(args, { signal: interrupt(), isTTY: true });
    // the terminal has written ^C where that line begins
    expect(said).toContain("\r\u001b[Krun r goes on without being watched");
  });
});
