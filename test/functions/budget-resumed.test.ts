import { expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { estimateRun } from "../../cloud/cost/estimate.ts";
import { sizingOf } from "../../cloud/sizing.ts";
import { defaultDeployment, footprints } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, playRun, toyConfig } from "./played-run.ts";

const size = { examples: 90, features: 12, classes: 3, testExamples: 0, valueBytes: 1, filled: 1 } as const;

test("a baseline that its budget has ended stays ended where the run is resumed", async () => {
  const paid = toyConfig("federation.rounds=2", "baseline.epochs=2");
  const budget = estimateRun(sizingOf(paid, size), defaultDeployment, footprints).bill.dollars;
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("baseline.epochs=20", `federation.budget=${budget}`));
  const { result } = await playRun(bucket, "r");
  const epochs = result.baseline?.epochs.length ?? 0;
  expect(epochs).toBeLessThan(20);
  bucket.contents.delete(keys.result("r"));
  const left = new Map(bucket.contents);

  const resumed = await resumedState(bucket.objects, defaultDeployment, "r", 2);
  if (!resumed) throw new Error("the run has no plan");
  expect(resumed.state.baseline).toMatchObject({ epoch: epochs, done: true });
  expect((await continueRun(bucket, resumed.state)).result).toEqual(result);
  bucket.contents.delete(keys.result("r"));
  expect(new Map(bucket.contents)).toEqual(left);
});
