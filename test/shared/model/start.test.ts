import { describe, expect, test } from "vitest";
import { initialParameters } from "../../../shared/model/parameters.ts";
import type { ModelSpec } from "../../../shared/model/spec.ts";
import { mlpOf } from "./mlp-of.ts";

/** Layer by layer: inputs x outputs weights, then as many biases as outputs. */
function layersOf({ features, hidden, outputs }: ModelSpec, parameters: Float32Array) {
  const widths = [features, ...hidden, outputs];
  let offset = 0;
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i] ?? NaN;
    const weights = [...parameters.subarray(offset, offset + inputs * outputs)];
    const biases = [...parameters.subarray(offset + inputs * outputs, offset + (inputs + 1) * outputs)];
    offset += (inputs + 1) * outputs;
    return { inputs, outputs, weights, biases };
  });
}

describe.each<ModelSpec>([mlpOf(784, [32], 10), mlpOf(3, [300, 40], 50)])(
  "the start of $features-$hidden-$outputs",
  (spec) => {
    const parameters = initialParameters(spec, 5);
    const layers = layersOf(spec, parameters);

    test("is as long as its layers", () => {
      expect(layers.reduce((sum, { weights, biases }) => sum + weights.length + biases.length, 0)).toBe(
        parameters.length,
      );
    });

    // Glorot and Bengio 2010, eq. 12 and 16: Var[W] = 2 / (n_j + n_j+1), which is uniform up to sqrt(6 / (n_j + n_j+1))
    test.each(layers)(
      "is Glorot's uniform distribution from $inputs to $outputs",
      ({ inputs, outputs, weights, biases }) => {
        const n = weights.length;
        const bound = Math.sqrt(6 / (inputs + outputs));
        const farthest = Math.max(...weights.map(Math.abs));
        expect(farthest).toBeLessThanOrEqual(Math.fround(bound));
        // of n uniform draws the farthest is within 20 / n of the end but once in e^20 times
        expect(farthest).toBeGreaterThan(bound * (1 - 20 / n));
        const variance = weights.reduce((sum, w) => sum + w * w, 0) / n;
        // five deviations of the mean square of n uniform draws, sqrt(4 / 45) bound^2 each
        const expected = 2 / (inputs + outputs);
        expect(Math.abs(variance - expected)).toBeLessThan(
          (5 * Math.sqrt(4 / 45) * bound ** 2) / Math.sqrt(n),
        );
        expect(biases).toEqual(new Array(outputs).fill(0));
      },
    );
  },
);
