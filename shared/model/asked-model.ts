import { applyScaling, type Scaling } from "../dataset/scaling.ts";
import type { AnySpec } from "./any-spec.ts";
import { inferOutputs } from "./infer-outputs.ts";

/** A model that examples are put into as they come. */
export interface AskedModel {
  readonly spec: AnySpec;
  /** Flat, by the layout. */
  readonly parameters: Float32Array;
  /** What examples go through before they go into it. */
  readonly scaling: Scaling | null;
}

/**
 * The outputs of a model for one example, in plain JavaScript, before the task's ending.
 * @param example features long, before any scaling; bytes 0 ... 255 stand for 0 ... 1, floats for themselves
 * @throws RangeError where there is no such kind of model
 */
export function askModel(
  { spec, parameters, scaling }: AskedModel,
  example: Uint8Array | Float32Array,
): Float64Array {
  return inferOutputs(spec, parameters, scaledExample(example, scaling));
}

/** As the examples that the model was trained with. */
export function scaledExample(
  example: Uint8Array | Float32Array,
  scaling: Scaling | null,
): Uint8Array | Float32Array {
  if (scaling === null) return example;
  return applyScaling({ x: example, y: new Int32Array(1), count: 1, features: example.length }, scaling).x;
}
