import type { Scaling } from "../../dataset/scaling.ts";
import { denseLayers, type ModelShape } from "../shape.ts";

/**
 * The same model for inputs as they were before scaling to (x - mean) / deviation. In the first layer, for inputs i
 * and outputs o,
 *
 *   sum_i (x_i - mean_i) / deviation_i W[i, o] + b[o] = sum_i x_i W[i, o] / deviation_i + b'[o]
 *   b'[o] = b[o] - sum_i mean_i W[i, o] / deviation_i
 *
 * so that whoever takes the model away need not know the scaling. Without scaling, the parameters as they are.
 * @throws RangeError where the scaling does not have the model's features, or a deviation is 0
 */
export function foldScaling(
  shape: ModelShape,
  parameters: Float32Array,
  scaling: Scaling | null,
): Float32Array {
  const [first] = denseLayers(shape);
  if (scaling === null || first === undefined) return parameters;
  const { mean, deviation } = scaling;
  if (mean.length !== first.inputs || deviation.length !== first.inputs || deviation.includes(0)) {
    throw new RangeError(
      `${mean.length} means and ${deviation.length} deviations, none of them 0, for ${first.inputs} features`,
    );
  }
  const folded = parameters.slice();
  // sums over thousands of features in float64, rounded once
  const bias = Float64Array.from(parameters.subarray(first.bias, first.bias + first.outputs));
  for (let input = 0; input < first.inputs; input++) {
    const row = first.weight + input * first.outputs;
    for (let output = 0; output < first.outputs; output++) {
      const weight = (parameters[row + output] as number) / (deviation[input] as number);
      folded[row + output] = weight;
      bias[output] = (bias[output] as number) - (mean[input] as number) * weight;
    }
  }
  folded.set(bias, first.bias);
  return folded;
}
