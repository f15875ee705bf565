import { objectInvalid } from "../errors.ts";
import { type RandomStream, randomStream } from "../random.ts";
import type { Tensor } from "../tensors/safetensors.ts";
import { lengthOf, type TensorShape } from "./vector-shape.ts";

/** One tensor of a model. */
export interface TensorSpec extends TensorShape {
  /** The value of one element at the start of a run, drawn from the run's stream or constant. */
  readonly initial: (stream: RandomStream) => number;
}

/**
 * The tensors of a model in the order in which they stand in its flat vector, each row-major and right behind the one
 * before. Every vector over a model's parameters has this order: weights, gradients, momentum, a strategy's state.
 */
export type Layout = readonly TensorSpec[];

export const zero = (): number => 0;

/**
 * Uniform in +-sqrt(6 / (inputs + outputs)): Glorot and Bengio 2010, "Understanding the difficulty of training deep
 * feedforward neural networks", eq. 16.
 */
export function glorotUniform(inputs: number, outputs: number): TensorSpec["initial"] {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return (stream) => (2 * stream.unit() - 1) * limit;
}

/** The start of a run: the tensors are drawn one after the other from one stream. */
export function drawLayout(layout: Layout, seed: number, name?: string): Float32Array {
  const stream = randomStream(seed, "start", ...(name === undefined ? [] : [name]));
  const flat = new Float32Array(lengthOf(layout));
  let at = 0;
  for (const tensor of layout) {
    for (const end = at + lengthOf([tensor]); at < end; at++) flat[at] = tensor.initial(stream);
  }
  return flat;
}

/** A flat vector as named tensors: views of it, not copies. */
export function tensorsOf(
  layout: readonly TensorShape[],
  flat: Float32Array,
): (Tensor & { readonly data: Float32Array })[] {
  let at = 0;
  return layout.map(({ name, shape }) => {
    const start = at;
    at += lengthOf([{ name, shape }]);
    return { name, shape, data: flat.subarray(start, at) };
  });
}

/** @throws ObjectInvalid where a tensor is missing, superfluous or of another shape */
export function flatOf(layout: readonly TensorShape[], tensors: ReadonlyMap<string, Tensor>): Float32Array {
  const flat = new Float32Array(lengthOf(layout));
  const expected = tensorsOf(layout, flat);
  for (const { name, shape, data } of expected) {
    const tensor = tensors.get(name);
    if (!tensor) throw objectInvalid(`has no tensor ${name}`);
    if (!(tensor.data instanceof Float32Array) || tensor.shape.join() !== shape.join()) {
      throw objectInvalid(`tensor ${name} is [${tensor.shape}], and has to be float32 [${shape}]`);
    }
    data.set(tensor.data);
  }
  if (tensors.size !== expected.length) {
    throw objectInvalid(`has ${tensors.size} tensors instead of ${expected.length}`);
  }
  return flat;
}
