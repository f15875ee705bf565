import { expect, test } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { here } from "../cli/verify/here.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

test("a run with tanh between its layers verifies, its report included, and is another than one with ReLU", async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("federation.rounds=2", "baseline.epochs=2", "model.activation=tanh"));
  await claimRun(bucket, "s", toyConfig("federation.rounds=2", "baseline.epochs=2"));
  const [tanh, relu] = [await playRun(bucket, "r"), await playRun(bucket, "s")];
  expect(planRecord.parse(bucket.json(keys.plan("r"))).model).toMatchObject({ activation: "tanh" });
  expect(tanh.result.federated.weightsSha256).not.toBe(relu.result.federated.weightsSha256);
  expect((await verifyRun(bucket, "r", here)).findings).toEqual([]);
});
