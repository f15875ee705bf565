import { describe, expect, test } from "vitest";
import { resolveConfig } from "../../../shared/config/resolve.ts";
import { dataSize, mnistSize } from "../../../shared/cost/data-size.ts";
import { estimateRun } from "../../../shared/cost/estimate.ts";

const estimate = (preset: string, ...set: string[]) => estimateRun(resolveConfig({ preset, set }), mnistSize);

describe("the paper's run", () => {
  const { bill, kept, monthly } = estimate("paper");

  test("costs about five cents, more than half of it transitions and less than a tenth Lambda's time", () => {
    expect(bill.dollars).toBeGreaterThan(0.04);
    expect(bill.dollars).toBeLessThan(0.07);
    // 1,324 at 25 dollars a million
    expect(bill.lines.transitions).toBeCloseTo(0.0331, 10);
    expect(bill.lines.transitions).toBeGreaterThan(bill.dollars / 2);
    expect(bill.lines.lambdaTime).toBeLessThan(bill.dollars / 10);
  });

  test("is billed by its lines", () => {
    const lines = Object.values(bill.lines);
    expect(lines.reduce((sum, line) => sum + line, 0)).toBeCloseTo(bill.dollars, 12);
    // 1,114 invocations at 20 cents a million; eight metrics for one of 730 hours at 30 cents
    expect(bill.lines.lambdaRequests).toBeCloseTo(1114 * 0.2e-6, 12);
    expect(bill.lines.metrics).toBeCloseTo((8 * 0.3) / 730, 12);
  });

  test("keeps a model of 25,450 floats for each of a thousand updates, and the images twice", () => {
    expect(kept.updates / (1000 * 4 * 25_450)).toBeCloseTo(1, 1);
    expect(kept.data / (2 * 70_000 * 788)).toBeCloseTo(1, 6);
    expect(monthly).toBeCloseTo(((kept.data + kept.updates + kept.models) / 2 ** 30) * 0.023, 12);
  });
});

test("a baseline that needs more than a quarter of an hour comes back, and is billed for it", () => {
  const long = estimate("tuned", "model.hidden=[4096]", "federation.rounds=1", "partition.clients=1");
  const none = estimate(
    "tuned",
    "model.hidden=[4096]",
    "federation.rounds=1",
    "partition.clients=1",
    "baseline.enabled=false",
  );
  const invocations = (long.transitions - none.transitions) / 2;
  expect(invocations).toBeGreaterThan(1);
  // fifteen minutes of two gigabytes are the most that an invocation is billed for
  expect(long.gbSeconds.TrainBaseline / invocations).toBeLessThan(15 * 60 * 2);
  expect(long.gbSeconds.TrainBaseline / (invocations - 1)).toBeGreaterThan(0.8 * 15 * 60 * 2);
});

test("the size of a data set tells floats from bytes, and what is filled from what is zero", () => {
  const x = new Float32Array(8 * 6);
  // of the three pairs of each example the first, by its second feature
  for (let row = 0; row < 8; row++) x[row * 6 + 1] = 1;
  const examples = { x, y: new Int32Array(8), count: 8, features: 6 };
  expect(dataSize(examples, 2)).toEqual({
    examples: 8,
    features: 6,
    classes: 2,
    testExamples: 0,
    valueBytes: 4,
    filled: 1 / 3,
  });
});
