import type { Vectors } from "../strategy/strategy.ts";
import type { Tensor } from "../tensors/safetensors.ts";
import { flattenTensors, parameterTensors } from "./parameters.ts";
import type { ModelShape } from "./shape.ts";

/** Between a vector's name and its tensor's: velocity/layers.0.weight. */
const separator = "/";

/** Flat vectors over a model's parameters as tensors under their names, beside a model's own in one object. */
export function vectorTensors(shape: ModelShape, vectors: Vectors): Tensor[] {
  return Object.entries(vectors).flatMap(([name, vector]) =>
    parameterTensors(shape, vector).map((tensor) => ({
      ...tensor,
      name: `${name}${separator}${tensor.name}`,
    })),
  );
}

/**
 * The tensors of the model itself, without a vector's name before theirs, and the vectors.
 * @throws ObjectInvalid where a vector lacks a tensor, has one too many or one of another shape
 */
export function splitVectors(
  shape: ModelShape,
  tensors: ReadonlyMap<string, Tensor>,
): { readonly model: ReadonlyMap<string, Tensor>; readonly vectors: Vectors } {
  const model = new Map<string, Tensor>();
  const named = new Map<string, Map<string, Tensor>>();
  for (const [key, tensor] of tensors) {
    const at = key.indexOf(separator);
    if (at < 0) model.set(key, tensor);
    else {
      const name = key.slice(0, at);
      const of = named.get(name) ?? new Map<string, Tensor>();
      named.set(name, of.set(key.slice(at + 1), tensor));
    }
  }
  const vectors = [...named].map(([name, of]) => [name, flattenTensors(shape, of)] as const);
  return { model, vectors: Object.fromEntries(vectors) };
}
