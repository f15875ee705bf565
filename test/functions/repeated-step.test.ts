import { beforeAll, expect, test } from "vitest";
import { resumedState } from "../../cli/run/resumed-state.ts";
import { defaultDeployment } from "../../functions/footprints.ts";
import { keys } from "../../shared/layout.ts";
import { repeatAggregation } from "./aggregate-again.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, continueRun, playRun, toyConfig } from "./played-run.ts";

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
