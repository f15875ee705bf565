import type { Context } from "aws-lambda";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { aggregateRoundFootprint } from "../../functions/aggregate-round/footprint.ts";
import { finishRunFootprint } from "../../functions/finish-run/footprint.ts";
import { prepareRunFootprint } from "../../functions/prepare-run/footprint.ts";
import { trainBaselineFootprint } from "../../functions/train-baseline/footprint.ts";
import { cacheShare } from "../../functions/train-client/footprint.ts";
import { keys } from "../../shared/layout.ts";
import { openTrainer } from "../../shared/model/trainers.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import { readShard } from "../../storage/shard-objects.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, preparedRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

const clients = 20;
const many = ["partition.kind=iid", `partition.clients=${clients}`];

/** How many objects whose keys match are on their way at once, at the most; each takes a while. */
function watched(pattern: RegExp, what: "get" | "put"): () => number {
  const { objects } = bucket;
  let [now, most] = [0, 0];
  const slowly = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    if (!pattern.test(key)) return work();
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    try {
      return await work();
    } finally {
      now--;
    }
  };
  if (what === "get") {
    const get = objects.get.bind(objects);
    objects.get = (key, size) => slowly(key, () => get(key, size));
  } else {
    const put = objects.put.bind(objects);
    objects.put = (key, bytes, type) => slowly(key, () => put(key, bytes, type));
  }
  return () => most;
}

/** Memory is reckoned from these numbers: a step that does more at once fails in the middle of a run. */
describe("at once", () => {
  test("PrepareRun writes as many shards as its memory is reckoned with", async () => {
    await claimRun(bucket, "r", toyConfig(...many));
    const most = watched(/^shards\/.*\.safetensors$/, "put");
    await preparedRun(bucket, { run: "r" });
    expect(most()).toBe(prepareRunFootprint.atOnce);
    expect(clients).toBeGreaterThan(prepareRunFootprint.atOnce);
  });

  test("AggregateRound reads as many updates as its memory is reckoned with", async () => {
    await claimRun(bucket, "r", toyConfig(...many, "federation.rounds=1", "baseline.enabled=false"));
    const most = watched(/^updates\//, "get");
    await playRun(bucket, "r");
    expect(most()).toBe(aggregateRoundFootprint.atOnce);
    expect(clients).toBeGreaterThan(aggregateRoundFootprint.atOnce);
  });

  test("TrainBaseline reads as many shards as it says", async () => {
    // the clients read theirs one by one
    await claimRun(bucket, "r", toyConfig(...many, "federation.rounds=1", "baseline.epochs=1"));
    const most = watched(/^shards\/.*\.safetensors$/, "get");
    await playRun(bucket, "r");
    expect(most()).toBe(trainBaselineFootprint.atOnce);
    expect(clients).toBeGreaterThan(trainBaselineFootprint.atOnce);
  });

  test("FinishRun reads as many records as it says", async () => {
    const rounds = finishRunFootprint.atOnce + 3;
    await claimRun(bucket, "r", toyConfig(`federation.rounds=${rounds}`, "baseline.enabled=false"));
    const most = watched(/^runs\/r\/rounds\/.*metrics\.json$/, "get");
    await playRun(bucket, "r");
    expect(most()).toBe(finishRunFootprint.atOnce);
  });
});

describe("an environment of TrainClient keeps the shards of earlier invocations", () => {
  const three = ["federation.rounds=2", "baseline.enabled=false"];

  /** Bytes of the toy's three shards as they are prepared. */
  async function preparedBytes(): Promise<number> {
    const plan = planRecord.parse(bucket.json(keys.plan("r")));
    const trainer = await openTrainer(plan.config.training.trainer, plan.model, plan.config.task);
    const shards = await Promise.all(
      plan.clients.map(({ client }) => readShard(bucket.objects, plan, client)),
    );
    return shards
      .flatMap(({ train, test }) => [train, test])
      .reduce((sum, examples) => sum + trainer.prepare(examples).bytes, 0);
  }

  /** Shards that an environment with so much memory reads in two rounds. */
  async function shardsRead(memoryBytes: number): Promise<number> {
    vi.resetModules();
    vi.stubEnv("FEDSTEP_BUCKET", "bucket");
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String(memoryBytes / 2 ** 20));
    const everywhere = new MemoryBucket(true);
    for (const [key, bytes] of bucket.contents) everywhere.contents.set(key, bytes);
    const { handler } = await import("../../functions/train-client/index.ts");
    const context = { memoryLimitInMB: "512", getRemainingTimeInMillis: () => 900_000 } as Context;
    const { plan, writer, federation } = await preparedRun(bucket, { run: "r" });
    for (const _ of [1, 2]) {
      for (const { client, task } of federation.participants) {
        const { round, chainSha256 } = federation;
        const asked = { round, attempt: 1, task, client, chainSha256 };
        await handler({ run: "r", plan, writer, ...asked }, context);
      }
    }
    everywhere.mock.restore();
    vi.unstubAllEnvs();
    return everywhere.reads.filter((key) => key.startsWith("shards/")).length;
  }

  test("in the share of its memory that limits are reckoned with, and in no more", async () => {
    vi.spyOn(console, "info").mockImplementation(() => {});
    await claimRun(bucket, "r", toyConfig(...three));
    await preparedRun(bucket, { run: "r" });
    const bytes = (await preparedBytes()) / cacheShare;
    expect(await shardsRead(1.02 * bytes)).toBe(3);
    expect(await shardsRead(0.98 * bytes)).toBeGreaterThan(3);
  });
});
