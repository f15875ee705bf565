import { describe, expect, it } from "vitest";
import { parameterCount } from "../../../shared/model/parameters.ts";
import { openTrainer, type TrainerName } from "../../../shared/model/trainers.ts";
import { dpSgd, gridUnit, noiseDeviation } from "../../../shared/privacy/dp-sgd.ts";
import { poissonSample } from "../../../shared/privacy/noise/poisson-sample.ts";
import { clippedSumSensitivity } from "../../../shared/privacy/sensitivity.ts";
import { secretStream } from "../../../shared/secret-random.ts";
import { mlpOf } from "../model/mlp-of.ts";
import { distance, lossAndGradient } from "../model/reference.ts";
import { situation } from "../model/situation.ts";

const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const random = { secret: (label: string) => secretStream(key, "test", label) };
const spec = mlpOf(30, [12], 4);
const given = situation(spec, 200, "sparse bytes", 31);

async function open(name: TrainerName = "kernel") {
  const trainer = await openTrainer(name, spec, { kind: "classification" });
  return { trainer, prepared: trainer.prepare(given.examples) };
}

describe("differentially private gradient descent", () => {
  it.each([
    ["kernel", 0],
    ["kernel", 0.9],
    ["tfjs", 0.9],
  ] as const)(
    "without noise is plain descent along clipped gradients: %s, momentum %d",
    async (name, momentum) => {
      const { trainer, prepared } = await open(name);
      const options = {
        steps: 12,
        samplingRate: 0.15,
        clip: 0.6,
        noiseMultiplier: 0,
        learningRate: 0.5,
        momentum,
        random,
      };
      const { parameters, seen, lossSum } = await dpSgd(trainer, given.start, prepared, options);
      // the same by the textbook: one example after the other, in float64, over as many as are expected
      const w = Float64Array.from(given.start);
      const v = new Float64Array(w.length);
      const sampling = random.secret("dp-sgd/sampling");
      let [count, loss] = [0, 0];
      for (let step = 0; step < options.steps; step++) {
        const sum = new Float64Array(w.length);
        for (const row of poissonSample(200, 0.15, sampling)) {
          const one = lossAndGradient(spec, w, given.examples, [row]);
          const share = Math.min(1, 0.6 / Math.hypot(...one.gradient));
          for (let k = 0; k < w.length; k++)
            sum[k] = (sum[k] as number) + share * (one.gradient[k] as number);
          loss += one.lossSum;
          count++;
        }
        for (let k = 0; k < w.length; k++) {
          v[k] = momentum * (v[k] as number) + (sum[k] as number) / 30;
          w[k] = (w[k] as number) - 0.5 * (v[k] as number);
        }
      }
      const change = parameters.map((value, k) => value - (given.start[k] as number));
      const expected = w.map((value, k) => value - (given.start[k] as number));
      expect(Math.hypot(...expected)).toBeGreaterThan(0.25);
      expect(distance(change, expected)).toBeLessThan(1e-4);
      expect(seen).toBe(count);
      expect(lossSum).toBeCloseTo(loss, 1);
    },
  );

  it("adds discrete Gaussian noise of the multiplier times the sensitivity, in whole units", async () => {
    const large = mlpOf(600, [40], 4);
    const trainer = await openTrainer("kernel", large, { kind: "classification" });
    const { examples } = situation(large, 16, "sparse bytes", 32);
    // nobody is sampled, and all factors are powers of two: what is left is the noise, to the bit
    const [samplingRate, learningRate, clip, unit] = [2 ** -28, 2 ** -20, 3, 2 ** -19];
    const start = new Float32Array(parameterCount(large));
    const run = async (steps: number, noiseMultiplier: number) => {
      const options = { steps, samplingRate, clip, noiseMultiplier, learningRate, random };
      const { parameters, seen } = await dpSgd(trainer, start, trainer.prepare(examples), options);
      expect(seen).toBe(0);
      const scale = (learningRate * unit) / (samplingRate * 16);
      return parameters.map((w) => -w / scale);
    };
    const units = clippedSumSensitivity({ clip, unit }, start.length) / unit;
    expect(units).toBeGreaterThan(1.5 * 2 ** 20);
    const variance = (noise: Float32Array) => noise.reduce((sum, x) => sum + x * x, 0) / noise.length;
    for (const multiplier of [0.5, 1.25]) {
      const noise = await run(1, multiplier);
      expect(noise.every(Number.isInteger)).toBe(true);
      // a mean of n squares is off by sqrt(2 / n): 0.9 percent
      expect(Math.abs(variance(noise) / (multiplier * units) ** 2 - 1)).toBeLessThan(0.036);
    }
    // each step has noise of its own
    expect(variance(await run(4, 0.5)) / (4 * (0.5 * units) ** 2)).toBeCloseTo(1, 1);
  });

  it("hands clip and grid to the trainer, and lets each example in as often as the rate says", async () => {
    const asked: { rows: number; clip: number; unit: number }[] = [];
    const { trainer, prepared } = await open();
    const counting = {
      descend(...[from, examples, options]: Parameters<typeof trainer.descend>) {
        const rows = (step: number) => {
          const sample = options.rows(step);
          asked.push({ rows: sample.length, clip: options.clip, unit: options.unit });
          return sample;
        };
        return trainer.descend(from, examples, { ...options, rows });
      },
    };
    const options = {
      steps: 400,
      samplingRate: 0.1,
      clip: 0.7,
      noiseMultiplier: 1,
      learningRate: 0.1,
      random,
    };
    await dpSgd(counting, given.start, prepared, options);
    expect(asked.length).toBe(400);
    expect(asked.every(({ clip, unit }) => clip === 0.7 && unit === 2 ** -21)).toBe(true);
    const mean = asked.reduce((sum, { rows }) => sum + rows, 0) / 400;
    expect(Math.abs(mean - 20)).toBeLessThan(4 * Math.sqrt((200 * 0.1 * 0.9) / 400));
    expect(new Set(asked.map(({ rows }) => rows)).size).toBeGreaterThan(10);
  });

  it("is the same again with the same key, and another with any other", async () => {
    const { trainer, prepared } = await open();
    const options = { steps: 3, samplingRate: 0.1, clip: 1, noiseMultiplier: 1, learningRate: 0.1 };
    const run = async (by: Uint8Array) => {
      const secret = (label: string) => secretStream(by, "test", label);
      return (await dpSgd(trainer, given.start, prepared, { ...options, random: { secret } })).parameters;
    };
    expect(await run(key)).toEqual(await run(key));
    expect(await run(key)).not.toEqual(await run(new Uint8Array(32)));
  });
});

describe("the grid", () => {
  it("is a power of two, 2^-20 of the clip or up to half of that", () => {
    const units = [1, 1.5, 1.99, 2, 0.6, 3e-5].map((clip) => Math.log2(gridUnit(clip, 50, 1)));
    expect(units).toEqual([-20, -20, -20, -19, -21, -36]);
  });

  it("is coarser where 32 bits would not hold the sums of those who may be sampled, or the noise", () => {
    expect([200, 300, 2_400, 1e6].map((expected) => Math.log2(gridUnit(1, expected, 1)))).toEqual([
      -20, -19, -17, -9,
    ]);
    expect([30, 50, 1_000].map((multiplier) => Math.log2(gridUnit(1, 10, multiplier)))).toEqual([
      -20, -19, -15,
    ]);
    for (const clip of [0.3, 1, 7]) {
      for (const expected of [1, 400, 5_000]) {
        const most = expected + 12 * Math.sqrt(expected) + 64;
        expect((clip * most) / gridUnit(clip, expected, 1)).toBeLessThan(2 ** 29);
      }
    }
  });

  it("is refused by a descent that it has no room for", async () => {
    const { trainer, prepared } = await open();
    const rows = () => Uint32Array.from({ length: 200 }, (_, row) => row);
    const options = { steps: 1, rows, scale: 1, learningRate: 1, momentum: 0 };
    const fine = trainer.descend(given.start, prepared, { ...options, clip: 1, unit: 2 ** -24 });
    await expect(fine).rejects.toThrow("200 rows are more than sums of unit");
    const noise = () => new Float64Array(given.start.length).fill(2 ** 29);
    const loud = trainer.descend(given.start, prepared, { ...options, noise, clip: 1, unit: 2 ** -20 });
    await expect(loud).rejects.toThrow("536870912 units are too many");
  });

  it("takes a deviation rounded up, and by next to nothing", () => {
    expect(noiseDeviation(0, 1)).toBeUndefined();
    expect(noiseDeviation(1.3, 2 ** -20)).toEqual({ numerator: Math.ceil(1.3 * 2 ** 20), denominator: 1 });
    for (const deviation of [0.3, 1, 17.123, 65_535.5, 70_000.2]) {
      const { numerator, denominator } = noiseDeviation(deviation, 1) ?? { numerator: 0, denominator: 1 };
      const over = numerator / denominator / deviation - 1;
      expect(over).toBeGreaterThanOrEqual(0);
      expect(over).toBeLessThan(1e-4);
    }
  });
});
