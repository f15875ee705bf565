import type { Scaling } from "../../dataset/scaling.ts";
import type { Tensor } from "../../tensors/safetensors.ts";
import type { ExportedLayer } from "./exported-layer.ts";

const name = "normalization";

/**
 * The layer that scales raw values: gamma (x - mean) / sqrt(variance) + beta, with variance 1 and epsilon 0. It subtracts
 * before it multiplies: folded into the first layer, a mean far from zero would leave the difference of two large numbers
 * in float32. What the mean loses when it is rounded to float32 is in beta.
 * @throws RangeError where the scaling is not of these features, or a deviation is 0
 */
export function normalizationLayer(features: number, { mean, deviation }: Scaling): ExportedLayer {
  if (mean.length !== features || deviation.length !== features || deviation.includes(0)) {
    throw new RangeError(
      `${mean.length} means and ${deviation.length} deviations, none of them 0, for ${features} features`,
    );
  }
  const vector = (part: string, value: (mean: number, deviation: number) => number): Tensor => ({
    name: `${name}/${part}`,
    shape: [features],
    data: Float32Array.from(mean, (m, i) => value(m, deviation[i] as number)),
  });
  return {
    description: {
      class_name: "BatchNormalization",
      config: {
        name,
        trainable: false,
        dtype: "float32",
        batch_input_shape: [null, features],
        axis: -1,
        momentum: 0.99,
        epsilon: 0,
        center: true,
        scale: true,
      },
    },
    weights: [
      vector("gamma", (_, d) => 1 / d),
      vector("beta", (m, d) => (Math.fround(m) - m) / d),
      vector("moving_mean", (m) => m),
      vector("moving_variance", () => 1),
    ],
  };
}
