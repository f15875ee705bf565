import { beforeAll, describe, expect, test, vi } from "vitest";
import { verifyRun } from "../../cli/verify/verify-run.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";
import { keys } from "../../shared/layout.ts";
import type { Strategy } from "../../shared/strategy/strategy.ts";
import { partitionRecord, planRecord } from "../../shared/workflow/plan-record.ts";
import { readLinkedGlobal } from "../../storage/model-objects.ts";
import { readUpdate } from "../../storage/update-objects.ts";
import { here } from "../cli/verify/here.ts";
import { halfStep } from "../toys/half-step-strategy.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toy } from "./played-run.ts";

// the one line that each takes beside its file
vi.mock("../../shared/strategy/kinds.ts", async (original) => {
  const { strategyKinds } = await original<typeof import("../../shared/strategy/kinds.ts")>();
  const { halfStep } = await import("../toys/half-step-strategy.ts");
  return { strategyKinds: [...strategyKinds, halfStep] };
});
vi.mock("../../shared/partition/kinds.ts", async (original) => {
  const { partitionKinds } = await original<typeof import("../../shared/partition/kinds.ts")>();
  const { dealt } = await import("../toys/dealt-partitioner.ts");
  return { partitionKinds: [...partitionKinds, dealt] };
});

const config = (...set: string[]) =>
  resolveConfig({
    file: { ...toy, partition: { kind: "dealt", clients: 3 } },
    set: ["federation.strategy.name=HalfStep", ...set],
  });

describe("a federation with a strategy and a partitioner that only their own files and lines know", () => {
  const bucket = new MemoryBucket();
  beforeAll(async () => {
    await claimRun(bucket, "r", config("federation.strategy.share=0.25"));
    await playRun(bucket, "r");
  });
  const planOf = () => planRecord.parse(bucket.json(keys.plan("r")));

  test("has their fields in the configuration, and refuses others", () => {
    expect(config().partition).toEqual({ kind: "dealt", clients: 3 });
    expect(config().federation.strategy).toEqual({ name: "HalfStep", share: 0.5 });
    expect(() => config("federation.strategy.share=2")).toThrow(/^federation\.strategy\.share: .* at most 1/);
    expect(() => config("partition.alpha=1")).toThrow(/^partition\.alpha: no such field; .*dealt/);
  });

  test("deals the examples as the partitioner says", () => {
    // the classes of the toy's rows come in turn, as the clients do: each client has one
    const { clients } = partitionRecord.parse(bucket.json(keys.partition("r")));
    expect(clients.map(({ labelCounts }) => labelCounts)).toEqual([
      [30, 0, 0],
      [0, 30, 0],
      [0, 0, 30],
    ]);
  });

  test("goes as far as the strategy says, by the updates that the clients wrote", async () => {
    const plan = planOf();
    const [{ parameters: global }, { parameters: next }] = await Promise.all([
      readLinkedGlobal(bucket.objects, plan, 0),
      readLinkedGlobal(bucket.objects, plan, 1),
    ]);
    const strategy: Strategy = halfStep.open({ name: "HalfStep", share: 0.25 });
    const updates = await Promise.all(
      [0, 1, 2].map((client) =>
        readUpdate(bucket.objects, plan, strategy, { round: 1, attempt: 1 }, { client, task: "train" }, null),
      ),
    );
    const total = updates.reduce((sum, { examples }) => sum + examples, 0);
    next.forEach((value, i) => {
      const mean = updates.reduce(
        (sum, { examples, parameters }) => sum + (examples / total) * (parameters[i] ?? NaN),
        0,
      );
      expect(value).toBeCloseTo(0.75 * (global[i] ?? NaN) + 0.25 * mean, 6);
    });
  });

  test("is verified like any other", async () => {
    const { findings } = await verifyRun(bucket, "r", here);
    expect(findings).toEqual([]);
  });
});
