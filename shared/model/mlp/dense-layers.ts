/** A multilayer perceptron: features -> hidden[0] -> ... -> outputs, ReLU between. */
export interface MlpSpec {
  readonly kind: "mlp";
  readonly features: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
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

export function denseLayers({ features, hidden, outputs }: MlpSpec): DenseLayer[] {
  let offset = 0;
  let inputs = features;
  return [...hidden, outputs].map((width) => {
    const weight = offset;
    const bias = weight + inputs * width;
    const layer = { inputs, outputs: width, weight, bias };
    offset = bias + width;
    inputs = width;
    return layer;
  });
}
