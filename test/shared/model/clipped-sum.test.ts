import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Examples } from "../../../shared/dataset/examples.ts";
import { microbatchesOf, mostInMicrobatch } from "../../../shared/model/microbatches.ts";
import { parameterCount } from "../../../shared/model/parameters.ts";

import { openTrainer } from "../../../shared/model/trainers.ts";
import { randomStream } from "../../../shared/random.ts";
import type { TaskFit } from "../../../shared/task/fit.ts";
import type { TaskSettings } from "../../../shared/task/tasks.ts";
import { mlpOf } from "./mlp-of.ts";
import { lossAndGradient } from "./reference.ts";
import { type InputKind, type Situation, situation, situations } from "./situation.ts";

const classification: TaskSettings = { kind: "classification" };
const unit = 2 ** -20;
const everybody = (count: number) => Uint32Array.from({ length: count }, (_, row) => row);
const norm = (vector: ArrayLike<number>) => Math.hypot(...Array.from(vector));

/** What is to come out, in float64: each example's gradient by the textbook, shortened, one after the other. */
function clippedOneByOne({ spec, start, examples }: Situation, rows: Uint32Array, clip: number) {
  const sum = new Float64Array(start.length);
  let lossSum = 0;
  for (const row of rows) {
    const one = lossAndGradient(spec, start, examples, [row]);
    const share = Math.min(1, clip / norm(one.gradient));
    one.gradient.forEach((g, k) => {
      sum[k] = (sum[k] as number) + share * g;
    });
    lossSum += one.lossSum;
  }
  return { sum, lossSum };
}

/** How far a sum in units is from one in numbers. */
const missed = (sum: Float64Array, expected: ArrayLike<number>) =>
  norm(sum.map((units, k) => units * unit - (expected[k] as number)));

/** Every other row or so. */
function some(count: number, seed: number): Uint32Array {
  const stream = randomStream(seed, "demo");
  return everybody(count).filter(() => stream.below(3) > 0);
}

describe("the sum of clipped gradients", () => {
  it("is that of the examples' gradients, shortened one by one, in any depth, width and input", async () => {
    await fc.assert(
      fc.asyncProperty(
        situations,
        fc.constantFrom(0.05, 0.5, 2, 16),
        fc.nat(1_000),
        async (given, clip, seed) => {
          const trainer = await openTrainer("kernel", given.spec, classification);
          const rows = some(given.examples.count, seed);
          const clipped = await trainer.clippedSum(given.start, trainer.prepare(given.examples), rows, {
            clip,
            unit,
          });
          const expected = clippedOneByOne(given, rows, clip);
          const size = rows.length * clip;
          expect(missed(clipped.sum, expected.sum)).toBeLessThan(
            1e-5 * size + unit * Math.sqrt(given.start.length),
          );
          expect(clipped.sum.every(Number.isInteger)).toBe(true);
          expect(clipped.examples).toBe(rows.length);
          expect(Math.abs(clipped.lossSum - expected.lossSum)).toBeLessThan(1e-5 * (1 + expected.lossSum));
        },
      ),
      { numRuns: 120, seed: 6 },
    );
  });

  it.each<InputKind>(["sparse bytes", "dense floats"])(
    "of one example has the clip's norm or its own, %s",
    async (kind) => {
      const given = situation(mlpOf(60, [20, 12], 5), 40, kind, 8);
      const trainer = await openTrainer("kernel", given.spec, classification);
      const prepared = trainer.prepare(given.examples);
      for (const row of [0, 7, 39]) {
        const own = norm(lossAndGradient(given.spec, given.start, given.examples, [row]).gradient);
        expect(4 * own).toBeLessThan(128);
        for (const clip of [0.25 * own, 0.99 * own, 1.01 * own, 4 * own]) {
          const options = { clip, unit: 2 ** -17 };
          const { sum } = await trainer.clippedSum(given.start, prepared, Uint32Array.of(row), options);
          expect(Math.abs(norm(sum) * options.unit - Math.min(clip, own))).toBeLessThan(1e-4 * (1 + own));
        }
      }
    },
  );

  it("of nobody is zero", async () => {
    const { spec, start, examples } = situation(mlpOf(9, [4], 3), 20, "dense floats", 9);
    const trainer = await openTrainer("kernel", spec, classification);
    const none = await trainer.clippedSum(start, trainer.prepare(examples), new Uint32Array(0), {
      clip: 1,
      unit,
    });
    expect(none).toEqual({ sum: new Float64Array(start.length), lossSum: 0, examples: 0 });
  });

  const numbers = (count: number, seed: number, most: number) => {
    const stream = randomStream(seed, "demo");
    return Float32Array.from({ length: count }, () => stream.below(most));
  };
  const tasks: [string, TaskSettings, TaskFit, number, ((y: Int32Array) => Examples["y"])?][] = [
    [
      "classification, weighted",
      { kind: "classification", classWeights: [2, 0.5, 3] },
      { classWeights: [2, 0.5, 3] },
      3,
    ],
    ["binary", { kind: "binary", positive: 1 } as TaskSettings, { positive: 1 }, 2],
    ["binary, weighted", { kind: "binary" } as TaskSettings, { positive: 0, classWeights: [0.3, 4] }, 2],
    [
      "regression",
      { kind: "regression" } as TaskSettings,
      { targets: { mean: 30, deviation: 12 } },
      1,
      (y) => numbers(y.length, 3, 60),
    ],
    [
      "poisson",
      { kind: "poisson" } as TaskSettings,
      { targets: { mean: 3, deviation: 2 } },
      1,
      (y) => numbers(y.length, 4, 9),
    ],
  ];
  it.each(tasks)("is TensorFlow.js's of each example: %s", async (_, settings, fit, outputs, targets) => {
    const spec = mlpOf(12, [9, 6], outputs);
    for (const kind of ["sparse floats", "dense bytes"] as const) {
      const given = situation(mlpOf(12, [9, 6], Math.max(2, outputs)), 90, kind, 10);
      const start = given.start.slice(0, parameterCount(spec));
      const y = given.examples.y as Int32Array;
      const examples = { ...given.examples, y: targets?.(y) ?? y };
      const rows = some(90, 11);
      const [kernel, tfjs] = await Promise.all(
        (["kernel", "tfjs"] as const).map(async (name) => {
          const trainer = await openTrainer(name, spec, settings, { fit });
          return trainer.clippedSum(start, trainer.prepare(examples), rows, { clip: 0.8, unit });
        }),
      );
      if (!kernel || !tfjs) throw new Error("both trainers sum");
      expect(
        missed(
          kernel.sum,
          tfjs.sum.map((units) => units * unit),
        ),
      ).toBeLessThan(2e-4);
      expect(norm(kernel.sum) * unit).toBeGreaterThan(1);
      expect(kernel.examples).toBe(tfjs.examples);
      expect(Math.abs(kernel.lossSum - tfjs.lossSum)).toBeLessThan(1e-4 * Math.abs(tfjs.lossSum));
    }
  });

  it("has the same bits by any trainer, whatever it did before, and adds up over microbatches", async () => {
    const { spec, start, examples } = situation(mlpOf(40, [16], 6), 400, "sparse bytes", 12);
    const open = () => openTrainer("kernel", spec, classification);
    const rows = some(400, 13);
    const options = { clip: 0.7, unit };
    const trainer = await open();
    const prepared = trainer.prepare(examples);
    const { sum } = await trainer.clippedSum(start, prepared, rows, options);
    await trainer.evaluate(start, prepared);
    const into = new Float64Array(start.length).fill(Number.NaN);
    await trainer.clippedSum(start, prepared, everybody(400), { ...options, into });
    expect(into.every(Number.isInteger)).toBe(true);
    expect(into).not.toEqual(sum);
    expect((await trainer.clippedSum(start, prepared, rows, options)).sum).toEqual(sum);
    const another = await open();
    expect((await another.clippedSum(start, another.prepare(examples), rows, options)).sum).toEqual(sum);
    const apart = new Float64Array(start.length);
    const microbatches = microbatchesOf(rows, 400);
    expect(microbatches.length).toBeGreaterThan(3);
    for (const microbatch of microbatches) {
      const part = await trainer.clippedSum(start, prepared, microbatch, options);
      part.sum.forEach((units, k) => {
        apart[k] = (apart[k] as number) + units;
      });
    }
    expect(apart).toEqual(sum);
  });

  it("holds more examples than 32 bits of units would", async () => {
    const { examples, ...model } = situation(mlpOf(6, [], 2), 500, "dense floats", 14);
    // all of one class, so that gradients add up
    const given = { ...model, examples: { ...examples, y: new Int32Array(500) } };
    const trainer = await openTrainer("kernel", given.spec, classification);
    const rows = everybody(500);
    const fine = { clip: 0.5, unit: 2 ** -25 };
    const { sum } = await trainer.clippedSum(given.start, trainer.prepare(given.examples), rows, fine);
    const expected = clippedOneByOne(given, rows, 0.5).sum;
    expect(Math.max(...sum.map(Math.abs))).toBeGreaterThan(2 ** 31);
    expect(norm(sum.map((units, k) => units * 2 ** -25 - (expected[k] as number)))).toBeLessThan(1e-4);
  });

  it.each(["kernel", "tfjs"] as const)(
    "leaves out whose gradient is not finite, and nobody else: %s",
    async (name) => {
      const { spec, start, examples } = situation(mlpOf(10, [7], 3), 100, "dense floats", 15);
      const trainer = await openTrainer(name, spec, classification);
      const rows = everybody(100);
      const options = { clip: 0.5, unit };
      const x = Float32Array.from(examples.x);
      x.fill(3e38, 170, 180);
      x[305] = Number.POSITIVE_INFINITY;
      const spoilt = { ...examples, x };
      const others = rows.filter((row) => row !== 17 && row !== 30);
      const clipped = await trainer.clippedSum(start, trainer.prepare(spoilt), rows, options);
      const expected = await trainer.clippedSum(start, trainer.prepare(examples), others, options);
      expect(clipped.examples).toBe(98);
      expect(clipped.sum.every(Number.isInteger)).toBe(true);
      // microbatches are not the same ones: a unit or two
      expect(norm(clipped.sum.map((units, k) => units - (expected.sum[k] as number)))).toBeLessThan(40);
    },
  );

  it("refuses rows out of order or that are none, and grids that are none", async () => {
    const { spec, start, examples } = situation(mlpOf(10, [7], 3), 10, "dense floats", 16);
    for (const name of ["kernel", "tfjs"] as const) {
      const trainer = await openTrainer(name, spec, classification);
      const sum = (rows: number[], clip: number, grid: number) =>
        trainer.clippedSum(start, trainer.prepare(examples), Uint32Array.from(rows), { clip, unit: grid });
      await expect(sum([3, 2], 1, unit)).rejects.toThrow("ascending order");
      await expect(sum([3, 3], 1, unit)).rejects.toThrow("ascending order");
      await expect(sum([10], 1, unit)).rejects.toThrow("there is no row 10 in 10 examples");
      await expect(sum([1], 0, unit)).rejects.toThrow("clip 0");
      await expect(sum([1], 1, 1e-6)).rejects.toThrow("power of two");
      await expect(sum([1], 1, 2 ** -25)).rejects.toThrow("at least 2^-24 of clip 1");
    }
  });

  it("takes of the kernel's memory what a training with momentum does, and a microbatch", async () => {
    const { spec, start, examples } = situation(mlpOf(500, [200], 4), 40, "dense floats", 18);
    const order = () => everybody(40);
    const training = { learningRate: 0.1, epochs: 1, momentum: 0.9, weightDecay: 0, batchSize: 40, order };
    const open = (memoryLimit: number) => openTrainer("kernel", spec, classification, { memoryLimit });
    const trains = async (limit: number) => {
      const trainer = await open(limit);
      return trainer.train(start, trainer.prepare(examples), training).then(
        () => true,
        () => false,
      );
    };
    let limit = 2 ** 16;
    while (!(await trains(limit))) limit += 2 ** 16;
    // 64 examples in place of 40: inputs, z and delta of each layer, and activations by rows and by columns
    const trainer = await open(limit + 24 * (4 * 504 + 8 * 204 + 16 * 201) + 2 ** 12);
    await trainer.clippedSum(start, trainer.prepare(examples), everybody(40), { clip: 1, unit });
  });

  it("says what memory it would take", async () => {
    const { spec, start, examples } = situation(mlpOf(50, [64], 4), 40, "dense floats", 17);
    const trainer = await openTrainer("kernel", spec, classification, { memoryLimit: 2 ** 16 });
    await expect(
      trainer.clippedSum(start, trainer.prepare(examples), everybody(40), { clip: 1, unit }),
    ).rejects.toMatchObject({ name: "TrainerMemoryExceeded" });
  });
});

describe("microbatches", () => {
  const size = fc.integer({ min: 1, max: 3_000 });
  it("are all rows once, in their order, and at most so many each", () => {
    fc.assert(
      fc.property(size, fc.nat(1_000), (count, seed) => {
        const rows = some(count, seed);
        const dealt = microbatchesOf(rows, count);
        expect(dealt.flatMap((one) => Array.from(one))).toEqual(Array.from(rows));
        expect(dealt.every(({ length }) => length > 0 && length <= mostInMicrobatch)).toBe(true);
      }),
    );
  });

  it("are the same without a row, but for the one that has it, or two that become one", () => {
    fc.assert(
      fc.property(size, fc.nat(1_000), fc.nat(5_000), (count, seed, pick) => {
        const rows = some(count, seed);
        fc.pre(rows.length > 0);
        const gone = rows[pick % rows.length] as number;
        const key = (batch: Uint32Array) => batch.join();
        const before = microbatchesOf(rows, count).map(key);
        const after = microbatchesOf(
          rows.filter((row) => row !== gone),
          count,
        ).map(key);
        const lost = before.filter((one) => !after.includes(one));
        const come = after.filter((one) => !before.includes(one));
        expect(come.length).toBeLessThanOrEqual(1);
        expect([1, 2]).toContain(lost.length);
        if (lost.length === 2) expect(come[0]?.split(",").length).toBe(mostInMicrobatch);
      }),
      { numRuns: 500 },
    );
  });
});
