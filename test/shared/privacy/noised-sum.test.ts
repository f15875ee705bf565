import { describe, expect, test } from "vitest";
import { normOf } from "../../../shared/metrics/drift.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { beyondNoised, changeOf, noisedSum, noisedSumsOf } from "../../../shared/privacy/noised-sum.ts";
import { clippedSumSensitivity } from "../../../shared/privacy/sensitivity.ts";
import { sharesOf } from "../../../shared/privacy/shares.ts";
import { secretStream } from "../../../shared/secret-random.ts";
import type { Plan } from "../../../shared/workflow/plan-record.ts";
import { toyConfig } from "../../functions/played-run.ts";
import { mlpOf } from "../model/mlp-of.ts";
import { lossAndGradient } from "../model/reference.ts";
import { situation } from "../model/situation.ts";

const randomOf = (client: number) => ({
  secret: (label: string) => secretStream(new Uint8Array(32).fill(client), "test", label),
});

function planOf(clients: number, ...set: string[]): Plan {
  const config = toyConfig(
    "privacy.unit=example",
    "privacy.noise=distributed",
    "privacy.samplingRate=0.25",
    "privacy.clip=0.5",
    "federation.secureAggregation.helpers=coordinator",
    ...set,
  );
  return {
    config,
    clients: Array.from({ length: clients }, (_, client) => ({ client, train: 40 + client, heldOut: 8 })),
    privacy: { noiseMultiplier: 1.5, steps: 1, rounds: 4 },
  } as unknown as Plan;
}

const parameters = 20_000;
const silent = {
  clippedSum: async () => ({ sum: new Float64Array(parameters), lossSum: 0, examples: 0 }),
};

/** What so many clients without a gradient add up to. */
async function noiseOf(plan: Plan, clients: number): Promise<Float64Array> {
  const noised = noisedSumsOf(plan, parameters);
  const sum = new Float64Array(parameters);
  for (let client = 0; client < clients; client++) {
    const units = await noisedSum(
      silent,
      new Float32Array(parameters),
      examples(50),
      noised,
      randomOf(client),
    );
    for (const [i, value] of units.entries()) sum[i] = (sum[i] as number) + value;
  }
  return sum;
}
const examples = (count: number) => ({ count, bytes: 0 });
const varianceOf = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length;

describe("the noise that clients add together", () => {
  test.each([
    [6, 1, 6],
    [6, 0, 6],
    [4, 2, 6],
  ])(
    "is what it takes where a sum is over %i clients of whom %i collude, and the more where it is over %i",
    async (minimumCohort, colluding, clients) => {
      const plan = planOf(
        clients,
        `federation.secureAggregation.minimumCohort=${minimumCohort}`,
        `privacy.colluding=${colluding}`,
      );
      const { unit, clip } = noisedSumsOf(plan, parameters);
      const wanted = (1.5 * clippedSumSensitivity({ clip, unit }, parameters)) / unit;
      const honest = minimumCohort - colluding;
      // 20,000 numbers tell a variance to one part in a hundred
      expect(varianceOf(await noiseOf(plan, honest)) / wanted ** 2).toBeCloseTo(1, 1);
      expect(Math.abs(varianceOf(await noiseOf(plan, honest)) / wanted ** 2 - 1)).toBeLessThan(0.04);
      const all = varianceOf(await noiseOf(plan, clients)) / wanted ** 2;
      expect(Math.abs(all / sharesOf(plan.config, clients) - 1)).toBeLessThan(0.04);
      expect(sharesOf(plan.config, clients)).toBeCloseTo(clients / honest, 12);
    },
  );

  test("is another of each client, and the same again", async () => {
    const plan = planOf(3);
    const noised = noisedSumsOf(plan, parameters);
    const drawn = (client: number) =>
      noisedSum(silent, new Float32Array(parameters), examples(50), noised, randomOf(client));
    const [one, again, other] = await Promise.all([drawn(1), drawn(1), drawn(2)]);
    expect(again).toEqual(one);
    const same = one.filter((value, i) => value === other[i]).length;
    expect(same).toBeLessThan(20);
  });
});

test("a client sends the clipped gradients of those that it samples, and its noise", async () => {
  const spec = mlpOf(30, [12], 4);
  const given = situation(spec, 60, "sparse bytes", 31);
  const trainer = await openTrainer("kernel", spec, { kind: "classification" });
  const noised = noisedSumsOf(planOf(3), given.start.length);
  const { unit, clip, samplingRate } = noised;
  const prepared = trainer.prepare(given.examples);
  const units = await noisedSum(trainer, given.start, prepared, noised, randomOf(1));
  const quiet = { clippedSum: silentOf(given.start.length) };
  const noise = await noisedSum(quiet, given.start, prepared, noised, randomOf(1));
  // who was sampled is not told; so all of them are added up, and set beside a sample of every one
  const everyone = { ...noised, samplingRate: 1 };
  const whole = await noisedSum(trainer, given.start, prepared, everyone, randomOf(1));
  const sum = new Float64Array(given.start.length);
  for (let row = 0; row < 60; row++) {
    const { gradient } = lossAndGradient(spec, Float64Array.from(given.start), given.examples, [row]);
    const share = Math.min(1, clip / Math.hypot(...gradient));
    for (const [i, value] of gradient.entries()) sum[i] = (sum[i] as number) + share * value;
  }
  const added = whole.map((value, i) => (value - (noise[i] as number)) * unit - (sum[i] as number));
  expect(normOf(added)).toBeLessThan(1e-4 * normOf(sum));
  const some = normOf(units.map((value, i) => (value - (noise[i] as number)) * unit));
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(clip * 60);
  expect(samplingRate).toBe(0.25);
});

const silentOf = (length: number) => async () => ({
  sum: new Float64Array(length),
  lossSum: 0,
  examples: 0,
});

describe("what the server makes of the sum", () => {
  test("is a step against the mean gradient of as many as are expected, whoever has answered", () => {
    const plan = planOf(3, "training.learningRate=0.5");
    const { unit } = noisedSumsOf(plan, 2);
    const units = Float64Array.of(1000, -3);
    // 40, 41 and 42 examples, of which two clients have answered
    const change = changeOf(plan, { round: 1, units, updates: 2, examples: 81 });
    const mean = (i: number) => ((units[i] as number) * unit) / (0.25 * 123);
    expect((change[0] as number) / 81 / (-0.5 * mean(0))).toBeCloseTo(1, 12);
    expect((change[1] as number) / 81 / (-0.5 * mean(1))).toBeCloseTo(1, 12);
  });

  test("is nothing where the sum is longer than clipped gradients and their noise can be", async () => {
    const plan = planOf(3, "federation.secureAggregation.minimumCohort=3");
    const { unit, clip } = noisedSumsOf(plan, parameters);
    const units = await noiseOf(plan, 3);
    const sum = { round: 1, units, updates: 3, examples: 123 };
    expect(beyondNoised(plan, sum)).toBeUndefined();
    // as much as all the examples that may be sampled say at the most, and much more
    const along = (gradients: number) => ({ ...sum, units: units.with(0, (gradients * clip) / unit) });
    expect(beyondNoised(plan, along(31))).toBeUndefined();
    expect(beyondNoised(plan, along(1000))).toMatch(/^its summed gradients have norm 5\d\d\./);
  });
});
