import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { mnistSize } from "../../cloud/cost/data-size.ts";
import { estimateRun } from "../../cloud/cost/estimate.ts";
import { type Deployment, withLimits } from "../../cloud/deployment.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { defaultDeployment, type FunctionName, footprints } from "../../functions/footprints.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys } from "../../shared/layout.ts";
import { billSchema } from "../../shared/workflow/bill.ts";
import { claimRun, playRun } from "../functions/played-run.ts";
import { mockedAws, restoreAws, stateMachineArn } from "./targets/mocked-aws.ts";
import { fedstep, temporaryFolder } from "./terminal.ts";

let aws: ReturnType<typeof mockedAws>;
beforeEach(() => {
  aws = mockedAws();
});
afterEach(restoreAws);

const onAws = (command: string, ...args: string[]) =>
  fedstep([command, ...args, "--home", temporaryFolder(), "--target", "aws"]);

const other: Deployment<FunctionName> = withLimits(
  { ...defaultDeployment, architecture: "x86_64" },
  "TrainClient",
  {
    memoryMb: 1769,
  },
);
const parsed = ({ output }: { output: string }) => costAnswer.parse(JSON.parse(output));
const costAnswer = z.object({
  region: z.string(),
  deployment: z.unknown().optional(),
  recorded: z.boolean().optional(),
  bill: billSchema,
  gbSeconds: z.unknown(),
  monthly: z.number(),
  estimate: z.object({ bill: billSchema }).optional(),
});

test("estimates for the stack: its processor's price, its memory, and a note on its region", async () => {
  const usual = parsed(await onAws("cost", "--preset", "paper", "--json"));
  aws.deployment = other;
  const answer = await onAws("cost", "--preset", "paper");
  expect(answer).toMatchObject({ code: 0, said: "" });
  expect(answer.output).toMatch(/^on stack fedstep in eu-central-1: x86_64, .*TrainClient 1,769 MB, /m);
  expect(answer.output).toMatch(/^note: the stack is in eu-central-1, .* other prices than in us-east-1$/m);
  const estimated = parsed(await onAws("cost", "--preset", "paper", "--json"));
  expect(estimated).toMatchObject({ region: "eu-central-1", deployment: other });
  const { bill } = estimateRun(sizingOf(resolveConfig({ preset: "paper" }), mnistSize), other, footprints);
  expect(estimated.bill).toEqual(bill);
  expect(usual.bill.lines.lambdaTime).toBeLessThan(bill.lines.lambdaTime);
});

test("has no note on the region whose prices these are", async () => {
  aws.stateMachineArn = stateMachineArn.replace("eu-central-1", "us-east-1");
  const { output } = await onAws("cost", "--preset", "paper");
  expect(output).toMatch(/^on stack fedstep in us-east-1: arm64, /m);
  expect(output).not.toContain("note:");
});

test("refuses a configuration that the stack would refuse", async () => {
  aws.deployment = { ...defaultDeployment, baseline: false };
  expect(await onAws("cost", "--preset", "paper")).toMatchObject({
    code: 2,
    said: expect.stringMatching(/^BaselineUnavailable/),
  });
  expect(await onAws("cost", "--preset", "paper", "--set", "baseline.enabled=false")).toMatchObject({
    code: 0,
    output: expect.not.stringContaining("TrainBaseline"),
  });
});

test("tells the recorded bill of a run that has finished, and what keeping it costs", async () => {
  aws.deployment = other;
  await claimRun(aws.bucket, "r");
  const { result } = await playRun(aws.bucket, "r", { deployment: other });
  const told = parsed(await onAws("cost", "r", "--json"));
  expect(told).toMatchObject({ recorded: true, bill: result.cost });
  // everything in the bucket is this run's
  const bytes = [...aws.bucket.contents.values()].reduce((sum, { length }) => sum + length, 0);
  expect(told.monthly).toBeCloseTo((bytes / 2 ** 30) * 0.023, 15);
  const { output } = await onAws("cost", "r");
  expect(output).toMatch(/^actual bill of run r, as its result records it$/m);
  expect(output).toMatch(/Step Functions transitions\W+\d+\W+0\.00\d+/);
  expect(output).not.toContain("estimate");
  // whose bill needs to know nothing of the stack
  aws.deployment = undefined;
  expect(parsed(await onAws("cost", "r", "--json")).bill).toEqual(result.cost);
});

test("tells of a run under way what it has cost, beside its estimate", async () => {
  await claimRun(aws.bucket, "r");
  await playRun(aws.bucket, "r");
  for (const key of [keys.result("r"), keys.roundMetrics("r", 4), keys.roundMetrics("r", 5)]) {
    aws.bucket.contents.delete(key);
  }
  const told = parsed(await onAws("cost", "r", "--json"));
  expect(told.recorded).toBe(false);
  // three rounds and the final pass, each of four invocations that say a thousandth of a GB-second, but for the pass
  expect(told.gbSeconds).toBeCloseTo(0.012, 12);
  expect(told.bill.lines.transitions).toBeCloseTo(25e-6 * (8 + 4 * 6 + 2 + 1), 12);
  expect(told.bill.dollars).toBeLessThan(told.estimate?.bill.dollars ?? 0);
  expect(told.bill.lines.lambdaTime).toBeCloseTo(0.012 * 0.0000133334, 15);
  aws.deployment = other;
  const there = parsed(await onAws("cost", "r", "--json"));
  expect(there.bill.lines.lambdaTime).toBeCloseTo(0.012 * 0.0000166667, 15);
  const { output } = await onAws("cost", "r");
  expect(output).toMatch(/^run r so far, as if it ended now/m);
  expect(output).toMatch(/US dollars\W+share\W+estimate/);
});

test("tells of a run that has only begun", async () => {
  await claimRun(aws.bucket, "r");
  const told = parsed(await onAws("cost", "r", "--json"));
  expect(told).toMatchObject({ recorded: false });
  expect(told.estimate).toBeUndefined();
  // what is around the rounds, and a final pass of three clients
  expect(told.bill.lines.transitions).toBeCloseTo(25e-6 * (8 + 6 + 2 + 1), 12);
});

test("says so where there is no such run, and where a run is given a configuration", async () => {
  expect(await onAws("cost", "none")).toMatchObject({
    code: 2,
    said: expect.stringMatching(/^RunMissing/),
  });
  expect(await onAws("cost", "r", "--preset", "paper")).toMatchObject({
    code: 2,
    said: expect.stringMatching(/^ConfigInvalid: --preset: run r has configuration and data of its own/),
  });
});
