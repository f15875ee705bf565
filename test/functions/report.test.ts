import { beforeAll, describe, expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { baselineClients, baselineEpoch } from "../../shared/workflow/round-records.ts";
import { readFinalModels, readRounds } from "../../storage/run-objects.ts";
import { mlpOf } from "../shared/model/mlp-of.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

const bucket = new MemoryBucket();
let result: Result;
beforeAll(async () => {
  await claimRun(bucket, "r");
  ({ result } = await playRun(bucket, "r"));
});

test("FinishRun leaves the report beside the result, with its figures", () => {
  const page = new TextDecoder().decode(bucket.contents.get(keys.report("r")));
  expect(page).toContain("<!doctype html>");
  for (const model of [result.federated, result.baseline]) {
    expect(page).toContain(model?.weightsSha256);
    expect(page).toContain(`${(100 * (model?.accuracy ?? 0)).toFixed(2)} %`);
  }
});

test("it has nothing to draw on where examples are no images of 28 x 28", () => {
  expect(new TextDecoder().decode(bucket.contents.get(keys.report("r")))).not.toContain("<canvas");
});

describe("the baseline's final model", () => {
  test("is evaluated for each client, and together they are what it is for all", () => {
    const { accuracy, loss } = baselineEpoch.parse(bucket.json(keys.baselineEpoch("r", 4)));
    const { clients } = baselineClients.parse(bucket.json(keys.baselineClients("r")));
    expect(clients.map(({ client }) => client)).toEqual([0, 1, 2]);
    const heldOut = result.clients.map((client) => client.heldOut);
    const all = heldOut.reduce((a, b) => a + b);
    const mean = (of: "accuracy" | "loss") =>
      clients.reduce((sum, client, i) => sum + (client[of] ?? NaN) * (heldOut[i] ?? 0), 0) / all;
    expect(mean("accuracy")).toBeCloseTo(accuracy ?? NaN, 12);
    expect(mean("loss")).toBeCloseTo(loss, 6);
  });

  test("alone is: earlier epochs tell the whole only", () => {
    const told = [...bucket.contents.keys()].filter((key) => key.startsWith("runs/r/baseline/clients"));
    expect(told).toEqual([keys.baselineClients("r")]);
    expect(bucket.json(keys.baselineClients("r"))).toMatchObject({ epoch: 4 });
  });

  test("is for those clients who hold examples out", async () => {
    const own = new MemoryBucket();
    await claimRun(own, "t", toyConfig("federation.evaluation=test-set"), 15);
    await playRun(own, "t");
    expect(baselineClients.parse(own.json(keys.baselineClients("t"))).clients).toEqual([]);
  });
});

describe("what a report is written from", () => {
  test("is every round, and the pass that evaluates last", async () => {
    const rounds = await readRounds(bucket.objects, result, 5);
    expect(rounds.map(({ round, task }) => [round, task])).toEqual([
      ...[1, 2, 3, 4].map((round) => [round, "train"]),
      [5, "evaluate"],
    ]);
  });

  test("and the models that were evaluated, or none", async () => {
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    const { model, federated, baseline } = await readFinalModels(bucket.objects, plan, result);
    expect([federated.length, baseline?.length]).toEqual([12 * 5 + 5 + 5 * 3 + 3, 83]);
    expect(model).toEqual(mlpOf(12, [5], 3));
    const changed = { ...result, federated: { ...result.federated, weightsSha256: "0".repeat(64) } };
    await expect(readFinalModels(bucket.objects, plan, changed)).rejects.toMatchObject({
      name: "ObjectInvalid",
      message: expect.stringContaining(keys.global("r", 4)),
    });
  });
});
