import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterCount } from "../../../shared/model/parameters.ts";
import type { TrainingOptions } from "../../../shared/model/trainer.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { mlpOf } from "./mlp-of.ts";
import { distance, trainInFloat64 } from "./reference.ts";
import { type InputKind, randomVector, shuffled, situation, situations } from "./situation.ts";

/** Every subset of what a step can have besides the gradient. */
const terms = fc.record({
  momentum: fc.constantFrom(0, 0.9),
  weightDecay: fc.constantFrom(0, 0.05),
  mu: fc.option(fc.constantFrom(0.3, 2), { nil: undefined }),
  corrected: fc.boolean(),
  moving: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 20 }),
});

const kinds: InputKind[] = ["sparse bytes", "dense floats"];

describe.each(["kernel", "tfjs"] as const)("a step of %s", (name) => {
  it("is the documented one, with any of its terms and any batch size", async () => {
    await fc.assert(
      fc.asyncProperty(situations, terms, async ({ spec, start, examples }, given) => {
        const trainer = await openTrainer(name, spec, { kind: "classification" });
        const options: TrainingOptions = {
          learningRate: 0.05,
          batchSize: given.batchSize,
          epochs: 2,
          momentum: given.momentum,
          weightDecay: given.weightDecay,
          order: shuffled(examples.count),
          ...(given.mu !== undefined && { proximal: { mu: given.mu, anchor: randomVector(spec, 3) } }),
          ...(given.corrected && { correction: randomVector(spec, 4, 0.02) }),
          ...(given.moving && { velocity: randomVector(spec, 5, 0.02) }),
        };
        const outcome = await trainer.train(start, trainer.prepare(examples), options);
        const exact = trainInFloat64(spec, start, examples, options);
        // what was learned, rather than where it ended: the start would hide an error in the way
        const moved = (to: ArrayLike<number>) => Float64Array.from(start, (w, k) => (to[k] as number) - w);
        expect(distance(moved(outcome.parameters), moved(exact.parameters))).toBeLessThan(1e-4);
        if (given.momentum) expect(distance(outcome.velocity, exact.velocity)).toBeLessThan(1e-4);
        else expect(outcome.velocity).toEqual(new Float32Array(start.length));
        expect(Math.abs(outcome.lossSum - exact.lossSum)).toBeLessThan(1e-4 * exact.lossSum);
        expect(outcome.steps).toBe(2 * Math.ceil(examples.count / given.batchSize));
      }),
      { numRuns: 60, seed: 4 },
    );
  });
});

describe("terms of the kernel's step that are zero", () => {
  it.each(kinds)("leave the bits of plain gradient descent, on %s", async (kind) => {
    const { spec, start, examples } = situation(mlpOf(30, [21, 9], 7), 50, kind, 11);
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const prepared = trainer.prepare(examples);
    const plain = {
      learningRate: 0.1,
      batchSize: 8,
      epochs: 3,
      momentum: 0,
      weightDecay: 0,
      order: shuffled(examples.count),
    };
    const expected = await trainer.train(start, prepared, plain);
    const zeros = new Float32Array(parameterCount(spec));
    const variants: Partial<TrainingOptions>[] = [
      { correction: zeros },
      { proximal: { mu: 0, anchor: randomVector(spec, 3) } },
      { velocity: randomVector(spec, 5) },
      { correction: zeros, proximal: { mu: 0, anchor: zeros } },
    ];
    for (const variant of variants) {
      const outcome = await trainer.train(start, prepared, { ...plain, ...variant });
      expect(outcome).toEqual(expected);
    }
  });
});
