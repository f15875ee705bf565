import { type ObjectSize, objectSize } from "../tensors/object-size.ts";
import { layoutOf, type ModelSpec } from "./spec.ts";
import { lengthOf, type VectorShape } from "./vector-shape.ts";

/**
 * How large an object of these vectors can be, the model itself among them where it is.
 * @param more bytes of what else its header says
 */
export function vectorsSize(model: ModelSpec, vectors: readonly VectorShape[], more = 0): ObjectSize {
  const layout = layoutOf(model);
  const tensors = vectors.flatMap((shapeOf) => shapeOf(layout));
  return objectSize(tensors.length, 4 * lengthOf(tensors), more);
}
