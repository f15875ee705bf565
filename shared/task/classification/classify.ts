import type { AnySpec } from "../../model/any-spec.ts";
import { inferOutputs } from "../../model/infer-outputs.ts";
import { softmax } from "./softmax.ts";

/**
 * The classes' probabilities for one example, in plain JavaScript.
 * @param parameters flat, by the layout
 * @param example features long; bytes 0 ... 255 stand for 0 ... 1, floats for themselves
 * @throws RangeError where there is no such kind of model
 */
export function classify(
  model: AnySpec,
  parameters: Float32Array,
  example: Uint8Array | Float32Array,
): Float64Array {
  return softmax(inferOutputs(model, parameters, example));
}
