import { objectInvalid } from "../errors.ts";
import type { Tensor } from "../tensors/safetensors.ts";
import { denseLayers, type ModelShape, parameterCount } from "./shape.ts";

/**
 * A flat vector over the model's parameters (the model itself, or its momentum) as named tensors, so that other
 * programs can read them: layers.I.weight is inputs x outputs, layers.I.bias is outputs. Views, not copies.
 */
export function parameterTensors(shape: ModelShape, flat: Float32Array): Tensor[] {
  return denseLayers(shape).flatMap(({ inputs, outputs, weight, bias }, i) => [
    { name: `layers.${i}.weight`, shape: [inputs, outputs], data: flat.subarray(weight, bias) },
    { name: `layers.${i}.bias`, shape: [outputs], data: flat.subarray(bias, bias + outputs) },
  ]);
}

/** @throws ObjectInvalid where a tensor is missing, superfluous or of another shape */
export function flattenTensors(shape: ModelShape, tensors: ReadonlyMap<string, Tensor>): Float32Array {
  const flat = new Float32Array(parameterCount(shape));
  const expected = parameterTensors(shape, flat);
  for (const { name, shape: dimensions, data } of expected) {
    const tensor = tensors.get(name);
    if (!tensor) throw objectInvalid(`the model has no tensor ${name}`);
    if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== dimensions.join()) {
      throw objectInvalid(`tensor ${name} is [${tensor.shape}], and the model takes float32 [${dimensions}]`);
    }
    data.set(tensor.data);
  }
  if (tensors.size !== expected.length) {
    throw objectInvalid(`the model has ${tensors.size} tensors instead of ${expected.length}`);
  }
  return flat;
}

/** Whether every value is a number that training can go on from. */
export function allFinite(values: Float32Array): boolean {
  // one sum instead of a test per value: NaN and infinities survive every addition of finite float32 in float64
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}
