import { describe, expect, test } from "vitest";
import { plannedCounts, requestsOf } from "../../../cloud/cost/run-counts.ts";
import { strategyObjects } from "../../../cloud/strategy-vectors.ts";
import { footprints } from "../../../functions/footprints.ts";
import { MemoryBucket } from "../memory-bucket.ts";
import { type Play, playExecution } from "../played-run.ts";
import { few, withToy } from "./asked-execution.ts";

describe("the requests of an execution", () => {
  /** What was counted and what the run's bill says; environments read the plan as one process here. */
  async function countedAndBilled(bucket: MemoryBucket, input: unknown, play: Play = {}) {
    const start = bucket.requests();
    const { result } = await playExecution(bucket, input, play);
    const end = bucket.requests();
    const lines = result.cost?.lines;
    return {
      counted: { writes: end.writes - start.writes, reads: end.reads - start.reads - 4 },
      billed: {
        writes: Math.round((lines?.s3Writes ?? 0) / 5e-6),
        reads: Math.round((lines?.s3Reads ?? 0) / 0.4e-6),
      },
      config: result.config,
    };
  }

  test("over a data set of the bucket are known, one by one", async () => {
    const { bucket, asked } = await withToy();
    const { counted, billed, config } = await countedAndBilled(bucket, asked);
    expect(billed).toEqual(counted);
    const counts = plannedCounts(config, { laidOut: { datasetWritten: false, stoodIn: false } });
    expect(requestsOf({ ...counts, environments: 0 }, strategyObjects(config), footprints)).toEqual(counted);
  });

  test("over shards that stand already are known", async () => {
    const { bucket, asked } = await withToy();
    await playExecution(bucket, asked);
    const { counted, config } = await countedAndBilled(bucket, asked, { execution: "again" });
    const counts = plannedCounts(config, { laidOut: { datasetWritten: false, stoodIn: false } });
    expect(
      requestsOf({ ...counts, environments: 0, shardsWritten: false }, strategyObjects(config), footprints),
    ).toEqual(counted);
  });

  test.each([
    ["over the sample, which it puts there", { ...few, dataset: "sample" }],
    ["over the sample, which stands in", few],
  ])("%s, are billed as they were counted", async (_what, input) => {
    const { counted, billed } = await countedAndBilled(new MemoryBucket(), input);
    expect(billed).toEqual(counted);
  });
});
