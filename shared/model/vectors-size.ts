import { type ObjectSize, objectSize } from "../tensors/object-size.ts";
import { layoutSize } from "./layout.ts";
import { layoutOf, type ModelSpec } from "./spec.ts";

/**
 * How large an object of so many vectors over a model's parameters can be, the model itself among them.
 * @param more bytes of what else its header says
 */
export function vectorsSize(model: ModelSpec, vectors: number, more = 0): ObjectSize {
  const layout = layoutOf(model);
  return objectSize(vectors * layout.length, 4 * layoutSize(layout) * vectors, more);
}
