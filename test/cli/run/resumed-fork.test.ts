import { expect, test } from "vitest";
import { resumeRun } from "../../../cli/run/resume.ts";
import { keys } from "../../../shared/layout.ts";
import { roundTimes } from "../../../shared/workflow/round-records.ts";
import { claimFork, claimRun, continueRun, playRun } from "../../functions/played-run.ts";
import { ended } from "./ended-executions.ts";

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
