/** What may stand between two layers: max(0, z), or tanh z. */
export const activationNames = ["relu", "tanh"] as const;
export type ActivationName = (typeof activationNames)[number];

/** A multilayer perceptron: features -> hidden[0] -> ... -> outputs, the activation between. */
export interface MlpSpec {
  readonly kind: "mlp";
  readonly features: number;
  readonly hidden: readonly number[];
  /** Left out of ReLU: so plans of before there was another one have it. */
  readonly activation?: Exclude<ActivationName, "relu"> | undefined;
  readonly outputs: number;
}

export function activationOf({ activation }: Pick<MlpSpec, "activation">): ActivationName {
  return activation ?? "relu";
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
