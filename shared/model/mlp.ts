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
  /** What enters layer l, by rows and transposed, at l - 1. */
  readonly activations: readonly { readonly rows: RowsRegion; readonly columns: RowsRegion }[];
  /** The batch's row numbers. */
  readonly rows: Address;
  /** Of all examples, by row number. */
  readonly labels: Address;
}

/** The logits of the batch that input and labels hold: z of the last layer. */
export function forward({ primitives, network, input, activations }: Mlp, count: number): NetworkLayer {
  let below = at(network.layers, 0);
  input.forward(below);
  for (let l = 1; l < network.layers.length; l++) {
    const layer = at(network.layers, l);
    const { spans, entries } = at(activations, l - 1).rows;
    primitives.rectifyRows(below.z, count, layer.inputs, below.stride, spans, entries);
    primitives.multiplyRows(spans, count, layer.matrix, layer.z, layer.stride);
    below = layer;
  }
  return below;
}

/** The sum of the examples' cross-entropies; delta of the last layer is that of their mean. */
export function crossEntropy({ primitives, rows, labels }: Mlp, last: NetworkLayer, count: number): number {
  const { z, delta, outputs, stride } = last;
  return primitives.crossEntropy(z, count, outputs, stride, rows, labels, delta, 1 / count);
}

/** Each layer's delta, from the last layer to the first, and each layer's step as soon as nothing needs its old weights. */
export function backward(mlp: Mlp, rule: StepRule, count: number): void {
  const { primitives, network, activations } = mlp;
  const stepRows = rule.plain ? primitives.plainStepRows : primitives.generalStepRows;
  for (let l = network.layers.length - 1; l > 0; l--) {
    const { inputs, matrix, delta, stride } = at(network.layers, l);
    const below = at(network.layers, l - 1);
    const input = at(activations, l - 1);
    primitives.propagateRows(input.rows.spans, count, matrix, stride, delta, below.delta, below.stride);
    primitives.rectifyColumns(
      below.z,
      count,
      inputs,
      below.stride,
      input.columns.spans,
      input.columns.entries,
    );
    stepRows(input.columns.spans, inputs + 1, delta, matrix, stride, rule.record);
  }
  mlp.input.step(at(network.layers, 0), rule.record, rule.plain);
}

const at = <T>(items: readonly T[], index: number): T => items[index] as T;
