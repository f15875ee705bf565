import { type ObjectSize, objectSize } from "../tensors/object-size.ts";
import { denseLayers, type ModelShape, parameterCount } from "./shape.ts";

/**
 * How large an object of so many vectors over a model's parameters can be, the model itself among them.
 * @param more bytes of what else its header says
 */
export function vectorsSize(shape: ModelShape, vectors: number, more = 0): ObjectSize {
  // weight and bias of each layer
  const tensors = 2 * denseLayers(shape).length;
  return objectSize(vectors * tensors, 4 * parameterCount(shape) * vectors, more);
}
