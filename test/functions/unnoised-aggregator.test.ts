import { expect, test, vi } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

// an aggregator that adds no noise, whatever else it does as it should
vi.mock("../../shared/privacy/noise/discrete-gaussian.ts", () => ({
  discreteGaussian: (count: number) => new Float64Array(count),
}));

test("verify finds that no noise was added to what hides clients", async () => {
  const bucket = new MemoryBucket();
  const set = ["baseline.enabled=false", "privacy.unit=client", "privacy.delta=0.001", "federation.rounds=2"];
  await claimRun(bucket, "r", toyConfig(...set, "privacy.noiseMultiplier=1"));
  await playRun(bucket, "r");
  const { findings } = await verifyRun(bucket, "r", here);
  expect(JSON.stringify(findings)).toContain("deviations from what its updates make");
});
