import { beforeAll, expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { repeatAggregation } from "./aggregate-again.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, playRun, toyConfig } from "./played-run.ts";
import { writtenBefore } from "./written-before.ts";

/** What an execution goes on to do that knows of the run what its objects tell. */
async function goOn(bucket: MemoryBucket): Promise<void> {
  const resumed = await resumedState(bucket.objects, defaultDeployment, "r", 2);
  if (!resumed) throw new Error("the run has no plan");
  await continueRun(bucket, resumed.state);
}

let left: ReadonlyMap<string, Uint8Array>;
beforeAll(async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("federation.strategy.name=SCAFFOLD"));
  await playRun(bucket, "r");
  left = new Map(bucket.contents);
});

// nobody's time is reported again, so that every repetition took something else
test.each<[string, (bucket: MemoryBucket) => unknown]>([
  ["a round that is aggregated", (bucket) => repeatAggregation(bucket, "r", 3)],
  ["a result that is gathered", goOn],
  [
    "a result that was not written to its end",
    (bucket) => {
      bucket.contents.delete(keys.result("r"));
      return goOn(bucket);
    },
  ],
  [
    "a baseline whose last checkpoint was not written",
    (bucket) => {
      bucket.contents.delete(keys.baselineCheckpoint("r", 4));
      return goOn(bucket);
    },
  ],
])(
  "%s again leaves the same bytes: of what no repetition repeats, the first counts",
  async (_what, again) => {
    const bucket = new MemoryBucket();
    for (const [key, bytes] of left) bucket.contents.set(key, bytes);
    await again(bucket);
    expect(new Map(bucket.contents)).toEqual(left);
  },
);

test("what another version wrote of the same epochs stands, and its words are not held against them", async () => {
  const bucket = new MemoryBucket();
  for (const [key, bytes] of left) {
    if (!/checkpoints|result|expenses|report|models/.test(key)) bucket.contents.set(key, bytes);
  }
  const records = [...bucket.contents.keys()].filter((key) => /baseline\/(epochs|clients)/.test(key));
  expect(records.length).toBe(5);
  for (const key of records) writtenBefore(bucket, key);
  const before = new Map(bucket.contents);
  await goOn(bucket);
  for (const key of records) expect(bucket.contents.get(key), key).toEqual(before.get(key));
  const checkpoint = keys.baselineCheckpoint("r", 4);
  expect(bucket.contents.get(checkpoint)).toEqual(left.get(checkpoint));
  expect(bucket.contents.has(keys.result("r"))).toBe(true);
});

test("an epoch that says something else than its repetition is not written over", async () => {
  const bucket = new MemoryBucket();
  for (const [key, bytes] of left) if (!key.includes("checkpoints")) bucket.contents.set(key, bytes);
  const key = keys.baselineEpoch("r", 2);
  writtenBefore(bucket, key, { trainingLoss: 7 });
  const stands = bucket.contents.get(key);
  await expect(goOn(bucket)).rejects.toMatchObject({
    name: "ObjectTaken",
    message: expect.stringMatching(
      `^${key}: stands already and says something else .* have it removed, .* and resume`,
    ),
  });
  expect(bucket.contents.get(key)).toBe(stands);
});
