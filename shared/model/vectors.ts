import { objectInvalid } from "../errors.ts";
import type { Tensor } from "../tensors/safetensors.ts";
import { flatOf, tensorsOf } from "./layout.ts";
import { flattenTensors } from "./parameters.ts";
import { layoutOf, type ModelSpec } from "./spec.ts";
import { missingVector, type VectorShape, type VectorShapes, type Vectors } from "./vector-shape.ts";

/** Between a vector's name and its tensor's: velocity/layers.0.weight. */
const separator = "/";

type Tensors = ReadonlyMap<string, Tensor>;
type Named<Name extends string> = Readonly<Record<Name, VectorShape>>;

/**
 * Flat vectors as tensors under their names, beside a model's own in one object.
 * @throws RangeError where one is missing, superfluous or of another length
 */
export function vectorTensors(model: ModelSpec, shapes: VectorShapes, vectors: Vectors): Tensor[] {
  const layout = layoutOf(model);
  const missing = missingVector(shapes, vectors, layout);
  if (missing) throw new RangeError(`there is no vector ${missing.name} of ${missing.length} values`);
  return Object.entries(vectors).flatMap(([name, vector]) => {
    const shapeOf = shapes[name];
    if (!shapeOf) throw new RangeError(`nothing declares a vector ${name}`);
    return tensorsOf(shapeOf(layout), vector).map((tensor) => ({
      ...tensor,
      name: `${name}${separator}${tensor.name}`,
    }));
  });
}

/**
 * A model, and beside it the vectors of these names and no others.
 * @throws ObjectInvalid where one is missing or superfluous, lacks a tensor, has one too many or one of another shape
 */
export function modelWithVectors<Name extends string>(
  model: ModelSpec,
  tensors: Tensors,
  shapes: Named<Name>,
): { readonly parameters: Float32Array; readonly vectors: Readonly<Record<Name, Float32Array>> } {
  const { own, named } = split(tensors);
  return { vectors: vectorsOf(model, named, shapes), parameters: flattenTensors(model, own) };
}

/** The vectors of these names, and neither others nor a model. @throws ObjectInvalid likewise */
export function vectorsAlone(model: ModelSpec, tensors: Tensors, shapes: VectorShapes): Vectors {
  const { own, named } = split(tensors);
  const [stray] = own.keys();
  if (stray !== undefined) throw objectInvalid(`holds a tensor ${stray} of no vector`);
  return vectorsOf(model, named, shapes);
}

function vectorsOf<Name extends string>(
  model: ModelSpec,
  named: ReadonlyMap<string, Tensors>,
  shapes: Named<Name>,
): Readonly<Record<Name, Float32Array>> {
  const layout = layoutOf(model);
  const names = Object.keys(shapes);
  const stray = [...named.keys()].find((name) => !Object.hasOwn(shapes, name));
  if (stray !== undefined) throw objectInvalid(`holds a vector ${stray}, and has to hold ${listed(names)}`);
  const vectors = Object.entries<VectorShape>(shapes).map(([name, shapeOf]) => {
    const of = named.get(name);
    if (!of) throw objectInvalid(`has no vector ${name}, and has to hold ${listed(names)}`);
    return [name, flatOf(shapeOf(layout), of)] as const;
  });
  // fromEntries forgets what the names are
  return Object.fromEntries(vectors) as Record<Name, Float32Array>;
}

const listed = (names: readonly string[]) => (names.length === 0 ? "none" : names.join(" and "));

/** The tensors without a vector's name before theirs, and those of each vector. */
function split(tensors: Tensors): { readonly own: Tensors; readonly named: ReadonlyMap<string, Tensors> } {
  const own = new Map<string, Tensor>();
  const named = new Map<string, Map<string, Tensor>>();
  for (const [key, tensor] of tensors) {
    const at = key.indexOf(separator);
    if (at < 0) own.set(key, tensor);
    else {
      const name = key.slice(0, at);
      const of = named.get(name) ?? new Map<string, Tensor>();
      named.set(name, of.set(key.slice(at + 1), tensor));
    }
  }
  return { own, named };
}
