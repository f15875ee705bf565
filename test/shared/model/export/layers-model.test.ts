import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openEmbeddedSample } from "../../../../mnist/embedded-sample.ts";
import { type Examples, takeExamples } from "../../../../shared/dataset/examples.ts";
import { layersModel } from "../../../../shared/model/export/layers-model.ts";
import { initialParameters } from "../../../../shared/model/parameters.ts";
import type { ModelSpec } from "../../../../shared/model/spec.ts";
import { openTrainer } from "../../../../shared/model/trainers.ts";
import { permutation, randomStream } from "../../../../shared/random.ts";
import { classification } from "../../../../shared/task/classification/kind.ts";
import { meanLoss } from "../../../../shared/task/evaluation.ts";
import { figuresOf } from "../../../../shared/task/tasks.ts";
import { mlpOf } from "../mlp-of.ts";
import { lossAndGradient } from "../reference.ts";
import { shuffled, situations } from "../situation.ts";
import { evaluateByTensorflow, loadFromFiles } from "./loaded-model.ts";

/** The model as TensorFlow.js reads it from the two files. */
function load(spec: ModelSpec, parameters: Float32Array) {
  const { manifest, weights } = layersModel("federated", spec, parameters, "softmax", null, { run: "r" });
  return loadFromFiles({ "model.json": JSON.stringify(manifest), "weights.bin": weights });
}

describe("the exported model on real digits", () => {
  const spec: ModelSpec = mlpOf(784, [24, 12], 10);
  let digits: Examples;
  let parameters: Float32Array;
  beforeAll(async () => {
    const { examples } = await openEmbeddedSample();
    const some = permutation(examples.count, randomStream(3, "partition"));
    const train = takeExamples(examples, some.subarray(0, 1500));
    digits = takeExamples(examples, some.subarray(1500, 2500));
    const trainer = await openTrainer("kernel", spec, { kind: "classification" });
    const options = { learningRate: 0.1, batchSize: 16, epochs: 2, momentum: 0, weightDecay: 0 };
    const start = initialParameters(spec, 1);
    ({ parameters } = await trainer.train(start, trainer.prepare(train), {
      ...options,
      order: shuffled(train.count),
    }));
  });

  test("does as well, to four digits, as the kernel says", async () => {
    const kernel = await openTrainer("kernel", spec, { kind: "classification" });
    const evaluation = await kernel.evaluate(parameters, kernel.prepare(digits));
    const { accuracy = NaN } = figuresOf(classification, evaluation);
    // a model that has learned, else equal figures would say little
    expect(accuracy).toBeGreaterThan(0.7);
    const found = await evaluateByTensorflow(await load(spec, parameters), digits);
    expect(found.accuracy).toBeCloseTo(accuracy, 4);
    expect(found.loss).toBeCloseTo(meanLoss(evaluation), 4);
  });

  test("needs nothing but the shape of its input, and says what it is", async () => {
    const model = await load(spec, parameters);
    expect(model.inputs.map((input) => input.shape)).toEqual([[null, 784]]);
    expect(model.outputs.map((output) => output.shape)).toEqual([[null, 10]]);
    expect(model.layers.map(({ name }) => name).filter((name) => !name.endsWith("_input"))).toEqual([
      "hidden_1",
      "hidden_2",
      "output",
    ]);
    expect(model.getUserDefinedMetadata()).toEqual({ run: "r" });
  });
});

test("models of any shape give the probabilities of a float64 recomputation", async () => {
  await fc.assert(
    fc.asyncProperty(situations, async ({ spec, start, examples }) => {
      const model = await load(spec, start);
      const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
      const { probabilities } = lossAndGradient(spec, start, examples, all);
      const { probabilities: found } = await evaluateByTensorflow(model, examples);
      const difference = Math.max(
        ...found.flatMap((row, i) => row.map((p, c) => Math.abs(p - (probabilities[i]?.[c] ?? Number.NaN)))),
      );
      expect(difference).toBeLessThan(1e-5);
      model.dispose();
    }),
    { numRuns: 30, seed: 2 },
  );
  expect(tf.getBackend()).toBe("cpu");
});
