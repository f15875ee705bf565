import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { emptySums } from "../../../shared/task/classification/evaluation.ts";
import { mlpOf } from "./mlp-of.ts";
import { lossAndGradient } from "./reference.ts";
import { situation, situations } from "./situation.ts";

describe.each(["kernel", "tfjs"] as const)("an evaluation by %s", (name) => {
  it("has the loss and the confusion of a float64 recomputation", async () => {
    await fc.assert(
      fc.asyncProperty(situations, async ({ spec, start, examples }) => {
        const trainer = await openTrainer(name, spec, { kind: "classification" });
        const evaluation = await trainer.evaluate(start, trainer.prepare(examples));
        const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
        const { lossSum, probabilities } = lossAndGradient(spec, start, examples, all);
        const confusion = emptySums(spec.outputs).confusion.map((row) => [...row]);
        probabilities.forEach((p, row) => {
          const counts = confusion[examples.y[row] as number] as number[];
          const predicted = p.indexOf(Math.max(...p));
          counts[predicted] = (counts[predicted] as number) + 1;
        });
        expect(Math.abs(evaluation.lossSum - lossSum)).toBeLessThan(1e-5 * lossSum);
        expect(evaluation).toMatchObject({ examples: examples.count, confusion });
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it("covers more examples than one batch", async () => {
    const { spec, start, examples } = situation(mlpOf(12, [8], 4), 333, "sparse bytes", 51);
    const trainer = await openTrainer(name, spec, { kind: "classification" });
    const { examples: count, confusion } = await trainer.evaluate(start, trainer.prepare(examples));
    expect(count).toBe(333);
    expect(confusion?.map((row) => row.reduce((a, b) => a + b))).toEqual(
      [0, 1, 2, 3].map((label) => examples.y.filter((y) => y === label).length),
    );
  });

  it("of nothing is empty", async () => {
    const spec = mlpOf(3, [], 2);
    const trainer = await openTrainer(name, spec, { kind: "classification" });
    const nothing = { x: new Uint8Array(0), y: new Int32Array(0), count: 0, features: 3 };
    expect(await trainer.evaluate(new Float32Array(8), trainer.prepare(nothing))).toEqual(emptySums(2));
  });
});

describe("extreme logits", () => {
  // one feature, weights straight to the logits: the loss is known in closed form
  const spec = mlpOf(1, [], 2);
  const one = { x: new Float32Array([1]), y: new Int32Array([1]), count: 1, features: 1 };

  it.each([
    [1e4, 0, 1e4],
    [0, 1e4, 0],
    [-1e4, -1e4, Math.LN2],
    [88, 0, 88],
  ])("%d against %d cost %d", async (wrong, right, loss) => {
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const { lossSum } = await trainer.evaluate(new Float32Array([wrong, right, 0, 0]), trainer.prepare(one));
    expect(Math.abs(lossSum - loss)).toBeLessThanOrEqual(1e-6 * loss);
  });

  it("that are not numbers reach loss and parameters, through hidden layers too", async () => {
    const deep = mlpOf(1, [5], 2);
    const trainer = await openTrainer("kernel", deep, { kind: "classification" });
    const start = new Float32Array(22).fill(0.1);
    start[2] = Number.NaN;
    const prepared = trainer.prepare(one);
    expect((await trainer.evaluate(start, prepared)).lossSum).toBeNaN();
    const { parameters, lossSum } = await trainer.train(start, prepared, {
      learningRate: 0.1,
      batchSize: 1,
      epochs: 1,
      momentum: 0,
      weightDecay: 0,
      order: () => new Uint32Array([0]),
    });
    expect(lossSum).toBeNaN();
    expect(parameters.at(-1)).toBeNaN();
  });
});
