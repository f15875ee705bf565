import type { AnySpec } from "./any-spec.ts";
import { inference } from "./inference.ts";

interface Inference {
  /**
   * @param parameters flat, by the layout
   * @param x features long
   * @returns as long as the model has outputs
   */
  outputs(model: AnySpec, parameters: Float32Array, x: Float64Array): Float64Array;
}

const inferences: Readonly<Record<string, Inference>> = inference;

/**
 * The outputs of one example, in plain JavaScript: for one example at a time, where neither the kernel nor TensorFlow.js
 * is at hand.
 * @param parameters flat, by the layout
 * @param example features long; bytes 0 ... 255 stand for 0 ... 1, floats for themselves
 * @throws RangeError where there is no such kind of model
 */
export function inferOutputs(
  model: AnySpec,
  parameters: Float32Array,
  example: Uint8Array | Float32Array,
): Float64Array {
  const x = Float64Array.from(example, example instanceof Uint8Array ? (byte) => byte / 255 : undefined);
  const kind = inferences[model.kind];
  if (!kind) throw new RangeError(`there is no kind of model ${model.kind}`);
  return kind.outputs(model, parameters, x);
}
