import { denseLayers, type ModelShape } from "./shape.ts";

/**
 * The classes' probabilities for one example, in plain JavaScript: for one example at a time, where neither the
 * kernel nor TensorFlow.js is at hand. z = x W + b, ReLU between the layers, softmax at the end.
 * @param parameters flat, in the order of denseLayers
 * @param example features long; bytes 0 ... 255 stand for 0 ... 1, floats for themselves
 */
export function classify(
  shape: ModelShape,
  parameters: Float32Array,
  example: Uint8Array | Float32Array,
): Float64Array {
  let activations = Float64Array.from(
    example,
    example instanceof Uint8Array ? (byte) => byte / 255 : undefined,
  );
  const layers = denseLayers(shape);
  layers.forEach(({ inputs, outputs, weight, bias }, layer) => {
    const z = Float64Array.from(parameters.subarray(bias, bias + outputs));
    for (let input = 0; input < inputs; input++) {
      const x = activations[input] as number;
      if (x === 0) continue;
      const row = weight + input * outputs;
      for (let output = 0; output < outputs; output++) {
        z[output] = (z[output] as number) + x * (parameters[row + output] as number);
      }
    }
    activations = layer < layers.length - 1 ? z.map((value) => Math.max(0, value)) : z;
  });
  return softmax(activations);
}

function softmax(logits: Float64Array): Float64Array {
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
