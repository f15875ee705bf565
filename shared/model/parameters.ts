import type { Tensor } from "../tensors/safetensors.ts";
import { drawLayout, flatOf, tensorsOf } from "./layout.ts";
import { layoutOf, type ModelSpec } from "./spec.ts";
import { lengthOf } from "./vector-shape.ts";

/** How many numbers the model consists of. */
export function parameterCount(model: ModelSpec): number {
  return lengthOf(layoutOf(model));
}

/**
 * The start of a run, flat, as its kind initializes it; the same seed gives the same bits.
 * @param name that it is drawn from beside the seed; of another one it is another start
 */
export function initialParameters(model: ModelSpec, seed: number, name?: string): Float32Array {
  return drawLayout(layoutOf(model), seed, name);
}

/**
 * A flat vector over the model's parameters (the model itself, or its momentum) as named tensors, so that other
 * programs can read them. Views, not copies.
 */
export function parameterTensors(model: ModelSpec, flat: Float32Array): Tensor[] {
  return tensorsOf(layoutOf(model), flat);
}

/** @throws ObjectInvalid where a tensor is missing, superfluous or of another shape */
export function flattenTensors(model: ModelSpec, tensors: ReadonlyMap<string, Tensor>): Float32Array {
  return flatOf(layoutOf(model), tensors);
}

/** Whether every value is a number that training can go on from. */
export function allFinite(values: Float32Array | Float64Array): boolean {
  // one sum instead of a test per value: NaN and infinities survive every addition of finite float32 in float64
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0;
}
