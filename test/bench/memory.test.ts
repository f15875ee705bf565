import { describe, expect, test } from "vitest";
import { quotaMicros } from "../../bench/memory/cpu-groups.ts";
import { fitDurations } from "../../bench/memory/fit.ts";
import { exceeded, medianSample, type Sample, samplesOf, spreadOf } from "../../bench/memory/sample.ts";
import { durationsTable } from "../../bench/memory/tables.ts";
import { wholeRun } from "../../bench/memory/whole-run.ts";
import type { FunctionName } from "../../functions/footprints.ts";
import type { InvocationReport } from "../../local/lambda/report.ts";
import { resolveConfig } from "../../shared/config/resolve.ts";

const report = (functionName: string, changes: Partial<InvocationReport> = {}): InvocationReport => ({
  requestId: "r",
  functionName: `fedstep-${functionName}`,
  functionArn: `arn:aws:lambda:us-east-1:000000000000:function:fedstep-${functionName}`,
  environment: "e",
  coldStart: false,
  durationMs: 10,
  initMs: 0,
  billedMs: 10,
  memoryMb: 512,
  maxMemoryMb: 100,
  ...changes,
});

describe("the quota of a function", () => {
  // of Lambda's documentation: one vCPU at 1,769 MB, in proportion, six at most; periods of 20 ms
  test.each([
    [1769, 20_000],
    [3538, 40_000],
    [128, 1_447],
  ])("of %i MB is %i microseconds in a period", (memoryMb, micros) => {
    expect(quotaMicros(memoryMb)).toBe(micros);
  });

  test("is less than six vCPUs with the most memory", () => {
    expect(quotaMicros(10_240)).toBeLessThanOrEqual(6 * 20_000);
  });
});

describe("a sample", () => {
  test("keeps an environment's first invocation apart from its later ones", () => {
    const [first] = samplesOf(
      [
        report("TrainClient", { coldStart: true, initMs: 130, durationMs: 90, maxMemoryMb: 140 }),
        report("TrainClient", { durationMs: 30 }),
        report("TrainClient", { durationMs: 20, maxMemoryMb: 160 }),
        report("TrainClient", { durationMs: 50 }),
        report("AggregateRound", { durationMs: 7 }),
      ],
      0,
    );
    expect(first).toEqual({
      name: "TrainClient",
      memoryMb: 512,
      initMs: 130,
      firstMs: 90,
      nextMs: 30,
      residentMb: 160,
    });
  });

  test("of several turns has their medians, and the most that was held", () => {
    const turn = (ms: number, residentMb: number): Sample => ({
      name: "AggregateRound",
      memoryMb: 256,
      initMs: ms + 2,
      firstMs: ms + 1,
      nextMs: ms,
      residentMb,
    });
    const turns = [turn(9, 120), turn(1, 130), turn(2, 110)];
    const { initMs, firstMs, nextMs, residentMb } = medianSample(turns);
    expect([initMs, firstMs, nextMs, residentMb]).toEqual([4, 3, 2, 130]);
    // the slowest takes nine times as long as the fastest
    expect(spreadOf(turns)).toBe(8);
  });

  test("tells the end for want of memory from other errors", () => {
    expect(exceeded(report("FinishRun", { error: "Runtime.ExitError", maxMemoryMb: 512 }))).toBe(true);
    expect(exceeded(report("FinishRun", { error: "StorageUnavailable" }))).toBe(false);
    expect(exceeded(report("FinishRun", { maxMemoryMb: 512 }))).toBe(false);
  });
});

describe("the fit", () => {
  const sizes = [256, 512, 1024, 1769, 3008];

  test("finds the waiting and the work that made the durations", () => {
    const measured = sizes.map((memoryMb) => ({ memoryMb, ms: 50 + 20 * Math.max(1, 1769 / memoryMb) }));
    const { waitingMs, workMs, deviation } = fitDurations(measured);
    expect(waitingMs).toBeCloseTo(50, 8);
    expect(workMs).toBeCloseTo(20, 8);
    expect(deviation).toBeCloseTo(0, 8);
  });

  test("has no waiting below none, and says by how much it is off", () => {
    // twice as long at a tenth of the memory as proportion would have it
    const measured = [
      { memoryMb: 1769, ms: 10 },
      { memoryMb: 176.9, ms: 200 },
    ];
    const { waitingMs, workMs, deviation } = fitDurations(measured);
    expect(waitingMs).toBe(0);
    // the least squares of w / 10 - 1 and 10 w / 200 - 1
    expect(workMs).toBeCloseTo(12, 8);
    expect(deviation).toBeCloseTo(0.4, 8);
  });
});

test("a whole run has every invocation once, and only what waits for another on its path", () => {
  // a run of 1,024 MB, so that seconds are GB-seconds: 2 rounds of 3 clients, and a final pass
  const config = resolveConfig({
    preset: "paper",
    set: ["federation.rounds=2", "partition.clients=3", "baseline.epochs=5"],
  });
  const seconds: Record<FunctionName, [init: number, first: number, next?: number]> = {
    PrepareRun: [1, 10],
    TrainClient: [2, 20, 5],
    OpenSums: [0, 0, 0],
    AggregateRound: [3, 30, 7],
    TrainBaseline: [4, 40, 9],
    FinishRun: [1, 11],
  };
  const sample = (name: FunctionName): Sample => {
    const [init, first, next] = seconds[name];
    const nextMs = next === undefined ? undefined : 1000 * next;
    return { name, memoryMb: 1024, initMs: 1000 * init, firstMs: 1000 * first, nextMs, residentMb: 100 };
  };
  const run = wholeRun(config, sample, 3);
  // three environments begin and six invocations follow; two rounds after the first; two epochs more than measured
  expect(run.gbSeconds).toBe(11 + (3 * 22 + 6 * 5) + (33 + 2 * 7) + (44 + 2 * 9) + 12);
  // the baseline's 62 seconds pass beside the 79 of the rounds
  expect(run.seconds).toBe(11 + (22 + 33 + 2 * (5 + 7)) + 12);
});

test("the table gives the price of what comes again, and says what did not fit", () => {
  const sample: Sample = {
    name: "TrainClient",
    memoryMb: 512,
    initMs: 130,
    firstMs: 200,
    nextMs: 60,
    residentMb: 150,
  };
  const rows = durationsTable([sample], [256, 512]).split("\n");
  expect(rows).toContain("| TrainClient | 256 | too small |  |  |  |  |  |");
  // 1,000 x 0.06 s x 0.5 GB = 30 GB-s, at 0.0000133334 dollars
  expect(rows).toContain("| TrainClient | 512 | 130 | 200 | 60.0 | 30.0 | 0.000400 | 150 |");
});
