import { beforeEach, describe, expect, test } from "vitest";
import { resolveConfig } from "../../shared/config/resolve.ts";
import type { Config } from "../../shared/config/schema.ts";
import { type DatasetContent, encodeDataset } from "../../shared/dataset/dataset.ts";
import { takeExamples } from "../../shared/dataset/examples.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { shardSize } from "../../shared/partition/shard-size.ts";
import { randomStream } from "../../shared/random.ts";
import { partitionRecord, planRecord } from "../../shared/workflow/plan-record.ts";
import { decodeShard, shardKey } from "../../storage/shard-objects.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { preparedRun } from "./played-run.ts";

let bucket: MemoryBucket;
beforeEach(() => {
  bucket = new MemoryBucket();
});

const [count, features] = [300, 3];
const noise = randomStream(3, "start");

/** Owners that differ, units that differ by far, and a feature that never changes. */
const table: DatasetContent = {
  name: "table",
  classes: 2,
  owners: [
    { name: "north", examples: 100 },
    { name: "south", examples: 200 },
  ],
  examples: {
    x: Float32Array.from({ length: count * features }, (_, i) => {
      const north = i < 100 * features;
      return [40 + 10 * noise.unit() + (north ? 30 : 0), 1e4 * noise.unit(), 7][i % features] as number;
    }),
    y: Int32Array.from({ length: count }, (_, i) => i % 2),
    count,
    features,
  },
};

const { x: values, ...rest } = table.examples;
const pixels: DatasetContent = {
  ...table,
  examples: { ...rest, x: Uint8Array.from(values, (value) => value % 256) },
};

/** PrepareRun over the data set: its records, and the shards that it wrote. */
async function prepared(content: DatasetContent, config: Config, shards = 2) {
  for (const key of [...bucket.contents.keys()]) if (key.startsWith("runs/r/")) bucket.contents.delete(key);
  const bytes = encodeDataset(content);
  const digest = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(digest), bytes);
  const { name, classes } = content;
  const dataset = { name, source: "test", digest, examples: count, features, classes };
  await bucket.objects.putRecord(keys.config("r"), { run: "r", createdAt: "", config, dataset });
  await preparedRun(bucket, { run: "r" });
  const plan = planRecord.parse(bucket.json(keys.plan("r")));
  const partition = partitionRecord.parse(bucket.json(keys.partition("r")));
  const read = Array.from({ length: shards }, (_, client) => {
    const key = shardKey(plan, client);
    const { headerBytes } = shardSize(plan, client);
    return decodeShard(key, bucket.contents.get(key) ?? new Uint8Array(), plan, headerBytes);
  });
  return { plan, partition, shards: read };
}

const config = (...set: string[]) => resolveConfig({ owners: 2, set });

/** Mean and population deviation of a column of the rows, in two passes. */
function ofRows(rows: readonly number[], feature: number) {
  const column = rows.map((row) => table.examples.x[row * features + feature] as number);
  const mean = column.reduce((sum, value) => sum + value, 0) / rows.length;
  return {
    mean,
    deviation: Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows.length),
  };
}

describe("shards of floats", () => {
  test("are scaled by all clients' training examples alone, and by the same for all", async () => {
    const { plan, partition, shards } = await prepared(table, config());
    const { clients } = partitionDataset(table.examples.y, 2, config(), table);
    const train = clients.flatMap((client) => [...client.train]);
    expect(train.length).toBeLessThan(count);
    const { scaling } = plan;
    expect(partition.scaling).toEqual(scaling);
    for (const feature of [0, 1]) {
      const expected = ofRows(train, feature);
      expect(scaling?.mean[feature]).toBeCloseTo(expected.mean, 8);
      expect(scaling?.deviation[feature]).toBeCloseTo(expected.deviation, 8);
    }
    expect([scaling?.mean[2], scaling?.deviation[2]]).toEqual([7, 1]);

    clients.forEach(({ client, train, test }) => {
      for (const [part, rows] of [
        [shards[client]?.train, train],
        [shards[client]?.test, test],
      ] as const) {
        const given = takeExamples(table.examples, rows);
        expect(part?.y).toEqual(given.y);
        given.x.forEach((value, i) => {
          const mean = scaling?.mean[i % features] ?? 0;
          expect(part?.x[i]).toBeCloseTo((value - mean) / (scaling?.deviation[i % features] ?? 0), 5);
        });
      }
    });
  });

  test("stay as they are where the configuration says none", async () => {
    const { plan, shards } = await prepared(table, config("dataset.scaling=none"));
    expect(plan.scaling).toBeNull();
    const { clients } = partitionDataset(table.examples.y, 2, config(), table);
    expect(shards[0]?.train).toEqual(takeExamples(table.examples, clients[0]?.train ?? []));
  });

  test("of an earlier run are found with their scaling, and others written for another", async () => {
    const first = await prepared(table, config());
    bucket.reads.length = 0;
    expect((await prepared(table, config("federation.rounds=3"))).plan.scaling).toEqual(first.plan.scaling);
    expect(bucket.reads.filter((key) => key.startsWith("datasets/"))).toEqual([]);
    expect((await prepared(table, config("dataset.scaling=none"))).plan.partition).not.toBe(
      first.plan.partition,
    );
  });

  test("have the publisher's test set scaled alike, which does not enter the fit", async () => {
    const { owners: _, ...unowned } = table;
    const evaluated = resolveConfig({
      set: ["partition.kind=iid", "partition.clients=2", "federation.evaluation=test-set"],
    });
    const { plan, shards } = await prepared({ ...unowned, officialTest: 120 }, evaluated, 3);
    const train = Array.from({ length: 180 }, (_, row) => row);
    expect(plan.scaling?.mean[0]).toBeCloseTo(ofRows(train, 0).mean, 8);
    const examiner = shards[2];
    expect(examiner?.test.count).toBe(120);
    const first =
      ((table.examples.x[180 * features] ?? 0) - (plan.scaling?.mean[0] ?? 0)) /
      (plan.scaling?.deviation[0] ?? 0);
    expect(examiner?.test.x[0]).toBeCloseTo(first, 5);
  });
});

describe("shards of bytes", () => {
  test("stay bytes", async () => {
    const { plan, shards } = await prepared(pixels, config());
    expect(plan.scaling).toBeNull();
    expect(shards[0]?.train.x).toBeInstanceOf(Uint8Array);
  });

  test("become scaled floats where the configuration says standard", async () => {
    const { plan, shards } = await prepared(pixels, config("dataset.scaling=standard"));
    const scaled = shards.flatMap(({ train }) => [...train.x].filter((_, i) => i % features === 1));
    const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
    expect(plan.scaling?.mean.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(mean).toBeCloseTo(0, 5);
    expect(scaled.reduce((sum, value) => sum + value * value, 0) / scaled.length).toBeCloseTo(1, 4);
  });
});
