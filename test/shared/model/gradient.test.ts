import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Trainer } from "../../../shared/model/trainer.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { distance, lossAndGradient } from "./reference.ts";
import { randomVector, type Situation, situations } from "./situation.ts";

/** The gradient over all examples: the velocity after one step from rest. */
async function gradientOf(trainer: Trainer, { start, examples }: Situation) {
  const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
  const { velocity, lossSum } = await trainer.train(start, trainer.prepare(examples), {
    learningRate: 0.1,
    batchSize: examples.count,
    epochs: 1,
    momentum: 0.9,
    weightDecay: 0,
    order: () => all,
  });
  return { gradient: velocity, lossSum, all };
}

describe("gradient of the mean cross-entropy", () => {
  it("is TensorFlow.js's, for any depth, width, batch and input", async () => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const kernel = await gradientOf(
          await openTrainer("kernel", situation.spec, { kind: "classification" }),
          situation,
        );
        const tfjs = await gradientOf(
          await openTrainer("tfjs", situation.spec, { kind: "classification" }),
          situation,
        );
        expect(distance(kernel.gradient, tfjs.gradient)).toBeLessThan(1e-5);
        expect(kernel.lossSum).toBeCloseTo(tfjs.lossSum, 3);
      }),
      { numRuns: 120, seed: 1 },
    );
  });

  it.each(["kernel", "tfjs"] as const)("of %s is the slope of the loss in any direction", async (name) => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const { spec, start, examples } = situation;
        const { gradient, all } = await gradientOf(
          await openTrainer(name, spec, { kind: "classification" }),
          situation,
        );
        const direction = randomVector(spec, 7, 1);
        // float64 lets the step be so small that no rectifier switches on the way
        const h = 1e-6;
        const lossAt = (t: number) =>
          lossAndGradient(
            spec,
            Float64Array.from(start, (w, k) => w + t * (direction[k] as number)),
            examples,
            all,
          ).lossSum / examples.count;
        const slope = (lossAt(h) - lossAt(-h)) / (2 * h);
        const along = gradient.reduce((sum, g, k) => sum + g * (direction[k] as number), 0);
        const scale = Math.hypot(...gradient) * Math.hypot(...direction);
        expect(Math.abs(along - slope)).toBeLessThan(1e-3 * Math.max(Math.abs(slope), 1e-2 * scale));
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it("is a float64 recomputation's, and so is the loss", async () => {
    await fc.assert(
      fc.asyncProperty(situations, async (situation) => {
        const { spec, start, examples } = situation;
        const { gradient, lossSum, all } = await gradientOf(
          await openTrainer("kernel", spec, { kind: "classification" }),
          situation,
        );
        const exact = lossAndGradient(spec, start, examples, all);
        expect(distance(gradient, exact.gradient)).toBeLessThan(1e-5);
        expect(Math.abs(lossSum - exact.lossSum)).toBeLessThan(1e-5 * exact.lossSum);
      }),
      { numRuns: 120, seed: 3 },
    );
  });
});
