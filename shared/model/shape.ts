import { type RandomStream, randomStream } from "../random.ts";

/** A multilayer perceptron: features -> hidden[0] -> ... -> classes, ReLU between, softmax at the end. */
export interface ModelShape {
  readonly features: number;
  readonly hidden: readonly number[];
  readonly classes: number;
}

/** One dense layer and where its parameters stand in the flat vector. */
export interface DenseLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** First element of the weight matrix, inputs x outputs, row-major. */
  readonly weight: number;
  /** First element of the bias, outputs. */
  readonly bias: number;
}

export function denseLayers(shape: ModelShape): DenseLayer[] {
  const widths = [shape.features, ...shape.hidden, shape.classes];
  let offset = 0;
  return widths.slice(1).map((outputs, i) => {
    const inputs = widths[i] as number;
    const weight = offset;
    const bias = weight + inputs * outputs;
    offset = bias + outputs;
    return { inputs, outputs, weight, bias };
  });
}

/** How many numbers the model consists of. */
export function parameterCount(shape: ModelShape): number {
  const last = denseLayers(shape).at(-1);
  return last ? last.bias + last.outputs : 0;
}

/**
 * The start of a run: weights uniform in +-sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010, "Understanding
 * the difficulty of training deep feedforward neural networks", eq. 16), biases zero.
 */
export function initialParameters(shape: ModelShape, seed: number): Float32Array {
  const parameters = new Float32Array(parameterCount(shape));
  const stream: RandomStream = randomStream(seed, "start");
  for (const { inputs, outputs, weight } of denseLayers(shape)) {
    const limit = Math.sqrt(6 / (inputs + outputs));
    for (let i = 0; i < inputs * outputs; i++) parameters[weight + i] = (2 * stream.unit() - 1) * limit;
  }
  return parameters;
}
