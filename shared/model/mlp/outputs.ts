import { activationOf, denseLayers, type MlpSpec } from "./dense-layers.ts";

/**
 * z of the last layer, in float64: z = x W + b, the activation between the layers.
 * @param parameters flat, by the layout
 * @param x features long
 */
export function mlpOutputs(spec: MlpSpec, parameters: Float32Array, x: Float64Array): Float64Array {
  const activate = activationOf(spec) === "tanh" ? Math.tanh : (value: number) => Math.max(0, value);
  let activations = x;
  const layers = denseLayers(spec);
  layers.forEach(({ inputs, outputs, weight, bias }, layer) => {
    const z = Float64Array.from(parameters.subarray(bias, bias + outputs));
    for (let input = 0; input < inputs; input++) {
      const value = activations[input] as number;
      if (value === 0) continue;
      const row = weight + input * outputs;
      for (let output = 0; output < outputs; output++) {
        z[output] = (z[output] as number) + value * (parameters[row + output] as number);
      }
    }
    activations = layer < layers.length - 1 ? z.map(activate) : z;
  });
  return activations;
}
