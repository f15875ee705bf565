import { activationOf, denseLayers, type MlpSpec } from "../mlp/dense-layers.ts";
import { type KernelActivation, kernelActivations } from "./activation.ts";
import type { BatchInput } from "./input.ts";
import { type Layer, layOutLayer } from "./layer.ts";
import { layOutParameters } from "./matrices.ts";
import type { Address, Primitives } from "./primitives.ts";
import type { KernelProgram } from "./program.ts";
import { layOutRows, type RowsRegion } from "./rows.ts";
import type { StepRule } from "./step.ts";

/**
 * A multilayer perceptron as a composition of the kernel's primitives. Rows of z and delta are examples; every
 * matrix has the bias as its last row, and every input a one to go with it:
 *
 *   z[0] = x W[0]            z[l] = f(z[l-1]) W[l]
 *   delta[l-1] = (delta[l] W[l]^T) f'(z[l-1]), for ReLU 1 where z[l-1] > 0 and else 0, for tanh 1 - f^2
 *   gradient of W[l] = (input of l)^T delta[l]
 *
 * Half of what a rectifier lets through is zero, so hidden activations are compressed rows like sparse examples; of tanh
 * they are compressed rows that leave nothing out.
 */
export const mlpKernel: KernelProgram<MlpSpec> = {
  layOut(primitives, layout, spec, input, batch) {
    const parameters = layOutParameters(layout, denseLayers(spec));
    const layers = parameters.matrices.map((matrix) => layOutLayer(layout, matrix, batch));
    const activations = spec.hidden.map((width) => ({
      rows: layOutRows(layout, batch, batch * (width + 1), 8),
      columns: layOutRows(layout, width + 1, batch * (width + 1), 8),
    }));
    const activation = kernelActivations[activationOf(spec)](primitives);
    const mlp = { primitives, layers, input, activation, activations };
    return {
      parameters,
      layers,
      activation,
      forward: (count) => forward(mlp, count),
      backward: (rule, count) => {
        for (let l = layers.length - 1; l > 0; l--) {
          propagate(mlp, l, count);
          step(mlp, l, rule);
        }
        input.step(at(layers, 0), rule.record, rule.plain);
      },
      propagate: (count) => {
        for (let l = layers.length - 1; l > 0; l--) propagate(mlp, l, count);
      },
      step: (rule) => {
        for (let l = layers.length - 1; l > 0; l--) step(mlp, l, rule);
        input.step(at(layers, 0), rule.record, rule.plain);
      },
      addTo: ({ address, record }) => {
        const sums = ({ matrix }: Layer) => address + matrix - parameters.address;
        layers.forEach((layer, l) => {
          if (l === 0) input.addTo(sums(layer), layer, record);
          else addTo(mlp, l, sums(layer), record);
        });
      },
    };
  },
};

/** Everything that one batch needs, laid out in the arena. */
interface Mlp {
  readonly primitives: Primitives;
  readonly layers: readonly Layer[];
  readonly input: BatchInput;
  readonly activation: KernelActivation;
  /** What enters layer l, by rows and transposed, at l - 1. */
  readonly activations: readonly { readonly rows: RowsRegion; readonly columns: RowsRegion }[];
}

/** z of the last layer. */
function forward({ primitives, layers, input, activation, activations }: Mlp, count: number): Layer {
  let below = at(layers, 0);
  input.forward(below);
  for (let l = 1; l < layers.length; l++) {
    const layer = at(layers, l);
    const { spans, entries } = at(activations, l - 1).rows;
    activation.apply?.(below.z, count, below.stride);
    activation.rows(below.z, count, layer.inputs, below.stride, spans, entries);
    primitives.multiplyRows(spans, count, layer.matrix, layer.z, layer.stride);
    below = layer;
  }
  return below;
}

/** The delta of the layer below layer l, and what entered l by columns, as its step takes it. */
function propagate({ primitives, layers, activation, activations }: Mlp, l: number, count: number): void {
  const { inputs, matrix, delta, stride } = at(layers, l);
  const below = at(layers, l - 1);
  const { rows, columns } = at(activations, l - 1);
  primitives.propagateRows(rows.spans, count, matrix, stride, delta, below.delta, below.stride);
  activation.slope?.(below.z, count, below.stride, below.delta);
  activation.columns(below.z, count, inputs, below.stride, columns.spans, columns.entries);
}

/** The step of layer l, any but the first. */
function step({ primitives, layers, activations }: Mlp, l: number, rule: StepRule): void {
  const { inputs, matrix, delta, stride } = at(layers, l);
  const { spans } = at(activations, l - 1).columns;
  const stepRows = rule.plain ? primitives.plainStepRows : primitives.generalStepRows;
  stepRows(spans, inputs + 1, delta, matrix, stride, rule.record);
}

/** The same for a sum of gradients. */
function addTo({ primitives, layers, activations }: Mlp, l: number, sums: Address, record: Address): void {
  const { inputs, delta, stride } = at(layers, l);
  primitives.addRoundedRows(at(activations, l - 1).columns.spans, inputs + 1, delta, sums, stride, record);
}

const at = <T>(items: readonly T[], index: number): T => items[index] as T;
