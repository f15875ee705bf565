/** One tensor but for its values. */
export interface TensorShape {
  /** As it is called in files: layers.0.weight. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** Flat vectors by name. */
export type Vectors = Readonly<Record<string, Float32Array>>;

/**
 * The tensors of which a flat vector consists, in their order, each row-major: a function of the model's own.
 * @param model its tensors, in the order of its layout
 */
export type VectorShape = (model: readonly TensorShape[]) => readonly TensorShape[];

/** What consists of several vectors, none of whose names has a slash: what a client keeps, what it sends. */
export type VectorShapes = Readonly<Record<string, VectorShape>>;

/** As long as the model, and by its layout. */
export const likeModel: VectorShape = (model) => model;

/** Numbers in a flat vector of these tensors. */
export function lengthOf(tensors: readonly TensorShape[]): number {
  return tensors.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

/** Numbers in all of these vectors. */
export function lengthOfAll(shapes: VectorShapes, model: readonly TensorShape[]): number {
  return Object.values(shapes).reduce((sum, shapeOf) => sum + lengthOf(shapeOf(model)), 0);
}

/** The first vector that is not there, or not of its length; undefined where all are. */
export function missingVector(
  shapes: VectorShapes,
  vectors: Vectors,
  model: readonly TensorShape[],
): { readonly name: string; readonly length: number } | undefined {
  return Object.entries(shapes)
    .map(([name, shapeOf]) => ({ name, length: lengthOf(shapeOf(model)) }))
    .find(({ name, length }) => vectors[name]?.length !== length);
}
