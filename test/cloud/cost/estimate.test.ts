import { describe, expect, test } from "vitest";
import { dataSize, mnistSize } from "../../../cloud/cost/data-size.ts";
import { estimateRun } from "../../../cloud/cost/estimate.ts";
import { type Deployment, gigabytesOf, withLimits } from "../../../cloud/deployment.ts";
import { sizingOf } from "../../../cloud/sizing.ts";
import { defaultDeployment, type FunctionName, footprints } from "../../../functions/footprints.ts";
import { resolveConfig } from "../../../shared/config/resolve.ts";

const estimate = (preset: string, ...set: string[]) =>
  estimateRun(sizingOf(resolveConfig({ preset, set }), mnistSize), defaultDeployment, footprints);

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
  // fifteen minutes of its memory are the most that an invocation is billed for
  const most = 15 * 60 * gigabytesOf(defaultDeployment, "TrainBaseline");
  expect(long.gbSeconds.TrainBaseline / invocations).toBeLessThan(most);
  expect(long.gbSeconds.TrainBaseline / (invocations - 1)).toBeGreaterThan(0.8 * most);
});

describe("what a stack is deployed with", () => {
  const paper = sizingOf(resolveConfig({ preset: "paper" }), mnistSize);
  const on = (deployment: Deployment<FunctionName>) => estimateRun(paper, deployment, footprints);
  const usual = on(defaultDeployment);

  test("decides on x86_64 the price of Lambda's time, and of nothing else", () => {
    const other = on({ ...defaultDeployment, architecture: "x86_64" });
    expect(other.gbSeconds).toEqual(usual.gbSeconds);
    const total = Object.values(usual.gbSeconds).reduce((sum, one) => sum + one, 0);
    expect(other.bill.lines.lambdaTime).toBeCloseTo(total * 0.0000166667, 12);
    expect(usual.bill.lines.lambdaTime).toBeCloseTo(total * 0.0000133334, 12);
    expect({ ...other.bill.lines, lambdaTime: 0 }).toEqual({ ...usual.bill.lines, lambdaTime: 0 });
  });

  test("decides by its memory how long a function takes and what a second of it costs: FinishRun by hand", () => {
    // 300 small objects of which 32 are read at once, and four more, at 20 ms; four writes at 30 ms; of six models of
    // 25,450 floats each a megabyte in 12.5 ms; starting an environment takes 140 ms, and a vCPU twice the time
    const s3 = (Math.ceil(300 / 32) + 4) * 20 + 4 * 30 + 12.5 * 6 * ((4 * 25_450) / 2 ** 20);
    const start = 2 * 140;
    // 9.2 ms of SDK and formats and 150 of the report, of which 512 MB do 512/1769 in a time
    const half = on(withLimits(defaultDeployment, "FinishRun", { memoryMb: 512 }));
    expect(half.gbSeconds.FinishRun).toBeCloseTo(((s3 + start + 2 * 159.2 * (1769 / 512)) / 1000) * 0.5, 9);
    const more = on(withLimits(defaultDeployment, "FinishRun", { memoryMb: 2048 }));
    expect(more.gbSeconds.FinishRun).toBeCloseTo(((s3 + start + 2 * 159.2) / 1000) * 2, 9);
    expect({ ...more.gbSeconds, FinishRun: 0 }).toEqual({ ...half.gbSeconds, FinishRun: 0 });
    expect(more.seconds).toBeLessThan(half.seconds);
  });

  test("decides by its time how often the baseline comes back", () => {
    const wide = sizingOf(resolveConfig({ preset: "paper", set: ["model.hidden=[4096]"] }), mnistSize);
    const minutes = (timeoutMinutes: number) =>
      estimateRun(wide, withLimits(defaultDeployment, "TrainBaseline", { timeoutMinutes }), footprints);
    const [long, short] = [minutes(15), minutes(5)];
    // two states for each invocation more; each reads twelve objects, and writes a checkpoint with what was used
    const more = (short.transitions - long.transitions) / 2;
    expect(more).toBeGreaterThanOrEqual(2);
    expect(short.invocations - long.invocations).toBe(more);
    expect(short.requests.reads - long.requests.reads).toBe(12 * more);
    expect(short.requests.writes - long.requests.writes).toBe(2 * more);
  });
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
