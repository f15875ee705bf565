import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyScaling, fitScaling, momentsOf } from "../../../../shared/dataset/scaling.ts";
import { layersModel } from "../../../../shared/model/export/layers-model.ts";
import { normalizationLayer } from "../../../../shared/model/export/normalization.ts";
import { parameterCount } from "../../../../shared/model/parameters.ts";
import { randomStream } from "../../../../shared/random.ts";
import { mlpOf } from "../mlp-of.ts";
import { lossAndGradient } from "../reference.ts";
import { evaluateByTensorflow, loadFromFiles } from "./loaded-model.ts";

/** Means as of Unix times, coordinates in metres, pressures in pascal; deviations as small as a column may have. */
const column = fc.record({
  mean: fc.oneof(
    fc.constant(1.7e9),
    fc.constant(5_400_012),
    fc.constant(101_325),
    fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  ),
  /** Of neighbouring values, in steps of float32 at the mean. */
  steps: fc.integer({ min: 1, max: 40 }),
});

/** Rows that float32 holds exactly, and a model that looks at each of them closely. */
function situation(columns: readonly { mean: number; steps: number }[], seed: number) {
  const [features, count, classes] = [columns.length, 40, 3];
  const stream = randomStream(seed, "start");
  const x = Float32Array.from({ length: features * count }, (_, i) => {
    const { mean, steps } = columns[i % features] ?? { mean: 0, steps: 1 };
    const step = 2 ** (Math.floor(Math.log2(Math.max(Math.abs(mean), 1))) - 23);
    return Math.fround(mean + step * steps * stream.below(30));
  });
  const y = Int32Array.from({ length: count }, (_, i) => i % classes);
  const examples = { x, y, count, features };
  const spec = mlpOf(features, [5], classes);
  const parameters = Float32Array.from({ length: parameterCount(spec) }, () => 2 * stream.unit() - 1);
  return { examples, spec, parameters, scaling: fitScaling([momentsOf(examples)]) };
}

describe("the exported model", () => {
  test("says of raw values what the trained one says of scaled ones, however far from zero they lie", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(column, { minLength: 1, maxLength: 4 }),
        fc.nat(1000),
        async (columns, seed) => {
          const { examples, spec, parameters, scaling } = situation(columns, seed);
          const { manifest, weights } = layersModel("federated", spec, parameters, "softmax", scaling, {});
          const model = await loadFromFiles({
            "model.json": JSON.stringify(manifest),
            "weights.bin": weights,
          });
          const all = Uint32Array.from({ length: examples.count }, (_, row) => row);
          const scaled = applyScaling(examples, scaling);
          const { probabilities } = lossAndGradient(spec, parameters, scaled, all);
          const { probabilities: found } = await evaluateByTensorflow(model, examples);
          const differences = found.flatMap((row, i) =>
            row.map((p, c) => Math.abs(p - (probabilities[i]?.[c] ?? 1))),
          );
          expect(Math.max(...differences)).toBeLessThan(1e-4);
          model.dispose();
        },
      ),
      { numRuns: 40, seed: 11 },
    );
    expect(tf.getBackend()).toBe("cpu");
  });

  test("takes raw values by one more layer, which is first", async () => {
    const { spec, parameters, scaling } = situation([{ mean: 1, steps: 2 }], 1);
    const { manifest, weights } = layersModel("federated", spec, parameters, "softmax", scaling, {});
    const model = await loadFromFiles({ "model.json": JSON.stringify(manifest), "weights.bin": weights });
    expect(model.layers.map(({ name }) => name).filter((name) => !name.endsWith("_input"))).toEqual([
      "normalization",
      "hidden_1",
      "output",
    ]);
  });
});

test("a layer by hand: what the mean loses in float32 is in beta", () => {
  const { weights } = normalizationLayer(1, { mean: [16_777_217], deviation: [4] });
  expect(weights.map(({ name, data }) => [name, data[0]])).toEqual([
    ["normalization/gamma", 0.25],
    ["normalization/beta", -0.25],
    ["normalization/moving_mean", 16_777_216],
    ["normalization/moving_variance", 1],
  ]);
});

test("a scaling of other features is refused", () => {
  expect(() => normalizationLayer(2, { mean: [0], deviation: [1] })).toThrow(RangeError);
  expect(() => normalizationLayer(2, { mean: [0, 0], deviation: [1, 0] })).toThrow(RangeError);
});
