/**
 * A multilayer perceptron as a composition of the kernel's primitives. Rows of z and delta are examples; every
 * matrix has the bias as its last row, and every input a one to go with it:
 *
 *   z[0] = x W[0]            z[l] = max(0, z[l-1]) W[l]
 *   loss = mean over the batch of -ln softmax(z[last])[y]
 *   delta[last] = (softmax(z[last]) - onehot(y)) / batch
 *   delta[l-1] = delta[l] W[l]^T where z[l-1] > 0, else 0
 *   gradient of W[l] = (input of l)^T delta[l]
 *
 * Half of what a rectifier lets through is zero, so hidden activations are compressed rows like sparse examples.
 */
import type { BatchInput } from "./kernel/input.ts";
import type { Network, NetworkLayer } from "./kernel/network.ts";
import type { Address, Primitives } from "./kernel/primitives.ts";
import type { RowsRegion } from "./kernel/rows.ts";
import type { StepRule } from "./kernel/step.ts";

/** Everything that one batch needs, laid out in the arena. */
export interface Mlp {
  readonly primitives: Primitives;
  readonly network: Network;
  readonly input: BatchInput;
  /** The activations that enter layer l, at l - 1. */
  readonly activations: readonly RowsRegion[];
  /** Shared by the layers, which take their steps one after the other. */
  readonly transposed: RowsRegion;
  /** One word per example. */
  readonly labels: Address;
}

/** The logits of the batch that input and labels hold: z of the last layer. */
export function forward({ primitives, network, input, activations }: Mlp, rows: number): NetworkLayer {
  const [first, ...deeper] = network.layers;
  if (!first) throw new RangeError("a model has at least one layer");
  input.forward(first);
  let below = first;
  for (const [i, layer] of deeper.entries()) {
    const { starts, entries } = activations[i] as RowsRegion;
    primitives.rectifyRows(below.z, rows, layer.inputs, below.stride, starts, entries);
    primitives.multiplyRows(starts, rows, layer.matrix, layer.z, layer.stride);
    below = layer;
  }
  return below;
}

/** The sum of the examples' cross-entropies; delta of the last layer is that of their mean. */
export function crossEntropy({ primitives, labels }: Mlp, last: NetworkLayer, rows: number): number {
  const { z, delta, outputs, stride } = last;
  return primitives.crossEntropy(z, rows, outputs, stride, labels, delta, 1 / rows);
}

/** Each layer's delta, from the last layer to the first, and each layer's step as soon as nothing needs its old weights. */
export function backward(mlp: Mlp, rule: StepRule, rows: number): void {
  const { primitives, network, activations, transposed } = mlp;
  const stepRows = rule.plain ? primitives.plainStepRows : primitives.generalStepRows;
  for (let l = network.layers.length - 1; l > 0; l--) {
    const { inputs, matrix, delta, stride } = network.layers[l] as NetworkLayer;
    const below = network.layers[l - 1] as NetworkLayer;
    const { starts } = activations[l - 1] as RowsRegion;
    primitives.propagateRows(starts, rows, matrix, stride, delta, below.delta, below.stride);
    primitives.transposeRows(starts, rows, inputs + 1, transposed.starts, transposed.entries);
    stepRows(transposed.starts, inputs + 1, delta, matrix, stride, rule.record);
  }
  mlp.input.step(network.layers[0] as NetworkLayer, rule.record, rule.plain);
}
