import { beforeEach, describe, expect, test } from "vitest";
import { defaultDeployment } from "../../functions/footprints.ts";
import { trainBaseline } from "../../functions/train-baseline/train-baseline.ts";
import { simulatedData } from "../../functions/train-client/client-data.ts";
import { trainClient } from "../../functions/train-client/train-client.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { decodeSafetensors, encodeSafetensors } from "../../shared/tensors/safetensors.ts";
import { type Plan, partitionRecord, planRecord } from "../../shared/workflow/plan-record.ts";
import { shardKey } from "../../storage/shard-objects.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, invocation, playRun, preparedRun, toyConfig } from "./played-run.ts";

let bucket: MemoryBucket;
let plan: Plan;
let prepared: Awaited<ReturnType<typeof preparedRun>>;

const prepare = (run: string) => preparedRun(bucket, { run });

beforeEach(async () => {
  bucket = new MemoryBucket();
  // clients of the same number of examples, whose shards are of one size
  const config = toyConfig("partition.kind=iid", "federation.evaluation=test-set");
  await claimRun(bucket, "r", config, 30);
  prepared = await prepare("r");
  plan = planRecord.parse(bucket.json(keys.plan("r")));
});

const bytesAt = (client: number) => bucket.contents.get(shardKey(plan, client)) ?? new Uint8Array();

const flipped = (bytes: Uint8Array) => {
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
};

const unlabelled = (bytes: Uint8Array) => {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const zeroed = [...tensors.values()].map((tensor) =>
    tensor.name.startsWith("y_") ? { ...tensor, data: new Int32Array(tensor.data.length) } : tensor,
  );
  return encodeSafetensors(zeroed, metadata);
};

const ofRound1 = (task: "train" | "evaluate", client: number) => {
  const { run, plan: seal, writer, federation } = prepared;
  return { run, plan: seal, writer, round: 1, attempt: 1, task, client, chainSha256: federation.chainSha256 };
};

/** What reads a client's shard, and the examiner's. */
const readers = {
  TrainClient: (client: number) => {
    const task = client === plan.examiner ? ("evaluate" as const) : ("train" as const);
    return trainClient(bucket.objects, simulatedData(bucket.objects, 1e6)).work(
      ofRound1(task, client),
      invocation(),
    );
  },
  TrainBaseline: () => trainBaseline(bucket.objects, defaultDeployment).work(prepared, invocation()),
};

test("a partition names the digest of every shard, the test set's last", async () => {
  const { shards } = partitionRecord.parse(bucket.json(keys.shardIndex(plan.dataset.digest, plan.partition)));
  expect(shards).toEqual(await Promise.all([0, 1, 2, 3].map((client) => sha256Hex(bytesAt(client)))));
  expect(plan).toMatchObject({ shards, examiner: 3 });
});

describe.each(Object.entries(readers))("%s", (_, read) => {
  test.each([
    ["the last label's last bit", 1, flipped],
    ["all labels", 1, unlabelled],
    ["a bit of the test set", 3, flipped],
  ])("refuses a shard whose change is %s, by its key and both digests", async (_what, client, change) => {
    const changed = change(bytesAt(client));
    bucket.contents.set(shardKey(plan, client), changed);
    const error = await read(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ObjectInvalid" });
    for (const part of [shardKey(plan, client), plan.shards[client], await sha256Hex(changed)]) {
      expect(String(error)).toContain(part);
    }
  });

  test("refuses two shards of one size that changed places", async () => {
    const [first, second] = [bytesAt(0), bytesAt(1)];
    expect(first.length).toBe(second.length);
    bucket.contents.set(shardKey(plan, 0), second);
    bucket.contents.set(shardKey(plan, 1), first);
    await expect(read(0)).rejects.toMatchObject({ name: "ObjectInvalid" });
  });
});

test("a warm environment refuses a shard that was damaged after it had been read", async () => {
  const warm = trainClient(bucket.objects, simulatedData(bucket.objects, 1e6));
  const evaluate = () => warm.work(ofRound1("evaluate", 0), invocation());
  await evaluate();
  bucket.contents.set(shardKey(plan, 0), flipped(bytesAt(0)));
  await expect(evaluate()).rejects.toMatchObject({ name: "ObjectInvalid" });
});

describe("a partition of 0.1.0, whose index has no digests,", () => {
  test("is written again", async () => {
    const index = keys.shardIndex(plan.dataset.digest, plan.partition);
    const { seal, writer, shards, ...older } = bucket.json(index) as Record<string, unknown>;
    bucket.contents.set(index, new TextEncoder().encode(JSON.stringify(older)));
    bucket.contents.set(shardKey(plan, 0), unlabelled(bytesAt(0)));
    await claimRun(bucket, "s", plan.config, 30);
    const { result } = await playRun(bucket, "s");
    expect(result.federated.rounds).toHaveLength(4);
    expect(await sha256Hex(bytesAt(0))).toBe(plan.shards[0]);
  });
});
