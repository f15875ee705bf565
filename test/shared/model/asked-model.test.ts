import fc from "fast-check";
import { expect, test } from "vitest";
import { takeExamples } from "../../../shared/dataset/examples.ts";
import type { AnySpec } from "../../../shared/model/any-spec.ts";
import { askModel } from "../../../shared/model/asked-model.ts";
import { openTrainer } from "../../../shared/model/trainers.ts";
import { softmax } from "../../../shared/task/classification/softmax.ts";
import { mlpOf } from "./mlp-of.ts";
import { situations } from "./situation.ts";

const classify = (spec: AnySpec, parameters: Float32Array, example: Uint8Array | Float32Array) =>
  softmax(askModel({ spec, parameters, scaling: null }, example));

test("one example's probabilities are those that the kernel evaluates with, whatever the model", async () => {
  await fc.assert(
    fc.asyncProperty(situations, async ({ spec, start, examples }) => {
      const trainer = await openTrainer("kernel", spec, { kind: "classification" });
      const { count, features, x, y } = examples;
      for (let row = 0; row < Math.min(count, 3); row++) {
        const probabilities = classify(spec, start, x.subarray(row * features, (row + 1) * features));
        const { lossSum } = await trainer.evaluate(start, trainer.prepare(takeExamples(examples, [row])));
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
        // -ln p(actual class), in the kernel's single precision
        expect(-Math.log(probabilities[y[row] as number] as number)).toBeCloseTo(lossSum, 3);
      }
    }),
    { numRuns: 60 },
  );
});

test("a layer by hand: rectified, then softmax", () => {
  const spec = mlpOf(2, [2], 2);
  // hidden: 1 - 2 = -1 is cut off, 1 + 2 + 0.5 = 3.5 passes; logits: 0 and 3.5
  const parameters = Float32Array.of(...[1, 1, -1, 1], ...[0, 0.5], ...[5, 5, 0, 1], ...[0, 0]);
  const [first, second] = classify(spec, parameters, Float32Array.of(1, 2));
  expect(second).toBeCloseTo(Math.exp(3.5) / (1 + Math.exp(3.5)), 12);
  expect(first).toBeCloseTo(1 / (1 + Math.exp(3.5)), 12);
});

test("a layer by hand: tanh, then a number", () => {
  const spec = mlpOf(1, [1], 1, "tanh");
  const parameters = Float32Array.of(2, 0.5, 3, -1);
  const [answer] = askModel({ spec, parameters, scaling: null }, Float32Array.of(0.25));
  expect(answer).toBeCloseTo(3 * Math.tanh(1) - 1, 12);
});

test("bytes stand for 0 ... 1, and large logits do not overflow", () => {
  const spec = mlpOf(1, [], 2);
  const parameters = Float32Array.of(2000, 0, 0, 0);
  expect([...classify(spec, parameters, Uint8Array.of(255))]).toEqual([1, 0]);
  expect(classify(spec, Float32Array.of(1, 0, 0, 0), Uint8Array.of(51))[0]).toBeCloseTo(
    1 / (1 + Math.exp(-0.2)),
    12,
  );
});

test("what a model was trained with scaled is scaled before it", () => {
  const spec = mlpOf(2, [], 1);
  const model = {
    spec,
    parameters: Float32Array.of(1, 10, 0.5),
    scaling: { mean: [4, -2], deviation: [2, 0.5] },
  };
  // (10 - 4) / 2 + 10 (-1 + 2) / 0.5 + 0.5
  expect([...askModel(model, Float32Array.of(10, -1))]).toEqual([23.5]);
});
