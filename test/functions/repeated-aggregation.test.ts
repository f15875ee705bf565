import { expect, test } from "vitest";
import { keys } from "../../shared/layout.ts";
import { aggregateAgain } from "./aggregate-again.ts";
import { MemoryBucket } from "./memory-bucket.ts";
import { claimRun, playRun, toyConfig } from "./played-run.ts";

test("a round that is aggregated again leaves the same bytes, but for what it took", async () => {
  const bucket = new MemoryBucket();
  await claimRun(bucket, "r", toyConfig("federation.strategy.name=SCAFFOLD"));
  await playRun(bucket, "r");
  const before = new Map(bucket.contents);
  // nobody's time is reported again, so that the other execution took less
  await aggregateAgain(bucket, "r", 3);
  const others = [...bucket.contents].filter(
    ([key, bytes]) => Buffer.compare(bytes, before.get(key) ?? new Uint8Array(0)) !== 0,
  );
  expect(others.map(([key]) => key)).toEqual([keys.roundTimes("r", 3)]);
});
