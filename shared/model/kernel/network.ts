import type { DenseLayer } from "../mlp/dense-layers.ts";
import type { Arena, Layout } from "./arena.ts";
import type { Address } from "./primitives.ts";

/**
 * One layer in the arena. Its matrix is the weights with the bias as one more row, that of an input which is
 * always one; rows are filled up to a multiple of 16 bytes, and the matrix to a multiple of four rows.
 */
export interface NetworkLayer extends DenseLayer {
  readonly matrix: Address;
  /** Bytes from one row of the matrix, of the outputs and of the deltas to the next. */
  readonly stride: number;
  /** Outputs before the rectifier, of one batch. */
  readonly z: Address;
  /** Derivatives of the loss by z. */
  readonly delta: Address;
}

/** A model and its activations in the arena. */
export interface Network {
  readonly layers: readonly NetworkLayer[];
  /** Of all matrices together: further vectors over the parameters have the same layout, so many bytes long. */
  readonly parameters: Address;
  readonly parameterBytes: number;
  /** As a flat vector without padding. */
  readonly parameterCount: number;
}

export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** Bytes of one row of a layer's outputs. */
const strideOf = ({ outputs }: DenseLayer): number => roundUp(4 * outputs, 16);

export function layOutNetwork(layout: Layout, layers: readonly DenseLayer[], batch: number): Network {
  const sizes = layers.map((layer) => roundUp(layer.inputs + 1, 4) * strideOf(layer));
  const parameterBytes = sizes.reduce((sum, size) => sum + size, 0);
  const parameters = layout.reserve(parameterBytes);
  const activations = (layer: DenseLayer) => layout.reserve(roundUp(batch, 4) * strideOf(layer));
  let matrix = parameters;
  const last = layers.at(-1);
  return {
    parameters,
    parameterBytes,
    parameterCount: last ? last.bias + last.outputs : 0,
    layers: layers.map((layer, i) => {
      const placed = {
        ...layer,
        matrix,
        stride: strideOf(layer),
        z: activations(layer),
        delta: activations(layer),
      };
      matrix += sizes[i] as number;
      return placed;
    }),
  };
}

/**
 * Copies a flat vector over the parameters to an address, where padding becomes zero. Padding stays zero in
 * training: its inputs and its deltas are.
 * @throws RangeError when the vector is not as long as the parameters
 */
export function writeParameters(arena: Arena, network: Network, target: Address, flat: Float32Array): void {
  if (flat.length !== network.parameterCount)
    throw new RangeError(`${flat.length} numbers for a model of ${network.parameterCount} parameters`);
  arena.floats.fill(0, target / 4, (target + network.parameterBytes) / 4);
  for (const { inputs, outputs, weight, stride, matrix } of network.layers) {
    const first = (target + matrix - network.parameters) / 4;
    for (let row = 0; row <= inputs; row++) {
      const from = weight + row * outputs;
      arena.floats.set(flat.subarray(from, from + outputs), first + (row * stride) / 4);
    }
  }
}

export function readParameters(arena: Arena, network: Network, source: Address): Float32Array {
  const flat = new Float32Array(network.parameterCount);
  for (const { inputs, outputs, weight, stride, matrix } of network.layers) {
    const first = (source + matrix - network.parameters) / 4;
    for (let row = 0; row <= inputs; row++) {
      const from = first + (row * stride) / 4;
      flat.set(arena.floats.subarray(from, from + outputs), weight + row * outputs);
    }
  }
  return flat;
}
