import { ExecutionAlreadyExists, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { resumeRun } from "../../../cli/run/resume.ts";
import { claimRun, playRun } from "../../functions/played-run.ts";
import { ended } from "./ended-executions.ts";

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
