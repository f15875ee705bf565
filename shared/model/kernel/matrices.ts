import type { Arena, ArenaLayout } from "./arena.ts";
import type { Address } from "./primitives.ts";

/** A matrix of weights with its bias, and where both stand in the model's flat vector. */
export interface WeightMatrix {
  readonly inputs: number;
  readonly outputs: number;
  /** First element of the weights, inputs x outputs, row-major. */
  readonly weight: number;
  /** First element of the bias, outputs, right behind the weights. */
  readonly bias: number;
}

/**
 * The same in the arena, with the bias as one more row, that of an input which is always one; rows are filled up to a
 * multiple of 16 bytes, and the matrix to a multiple of four rows.
 */
export interface PlacedMatrix extends WeightMatrix {
  readonly matrix: Address;
  /** Bytes from one row of the matrix to the next. */
  readonly stride: number;
}

/** All parameters of a model in the arena. */
export interface PlacedParameters {
  readonly matrices: readonly PlacedMatrix[];
  /** Of all matrices together: further vectors over the parameters have the same layout, so many bytes long. */
  readonly address: Address;
  readonly bytes: number;
  /** As a flat vector without padding. */
  readonly count: number;
}

export const roundUp = (n: number, multiple: number): number => Math.ceil(n / multiple) * multiple;

/** @param matrices in the order of the flat vector, which they fill */
export function layOutParameters(layout: ArenaLayout, matrices: readonly WeightMatrix[]): PlacedParameters {
  const strided = matrices.map((one) => ({ ...one, stride: roundUp(4 * one.outputs, 16) }));
  const sizes = strided.map(({ inputs, stride }) => roundUp(inputs + 1, 4) * stride);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  const address = layout.reserve(bytes);
  const last = matrices.at(-1);
  let matrix = address;
  return {
    address,
    bytes,
    count: last ? last.bias + last.outputs : 0,
    matrices: strided.map((one, i) => {
      const placed = { ...one, matrix };
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
export function writeParameters(
  arena: Arena,
  parameters: PlacedParameters,
  target: Address,
  flat: Float32Array,
): void {
  const { matrices, address, bytes, count } = parameters;
  if (flat.length !== count)
    throw new RangeError(`${flat.length} numbers for a model of ${count} parameters`);
  matrices.forEach(({ inputs, outputs, weight, stride, matrix }, i) => {
    const first = (target + matrix - address) / 4;
    const end = (target + (matrices[i + 1]?.matrix ?? address + bytes) - address) / 4;
    const rows = inputs + 1;
    if (stride === 4 * outputs) {
      arena.floats.set(flat.subarray(weight, weight + rows * outputs), first);
      arena.floats.fill(0, first + rows * outputs, end);
      return;
    }
    arena.floats.fill(0, first, end);
    for (let row = 0; row < rows; row++) {
      const from = weight + row * outputs;
      arena.floats.set(flat.subarray(from, from + outputs), first + (row * stride) / 4);
    }
  });
}

/** The flat vector over the parameters that stands at an address. */
export function readParameters(arena: Arena, parameters: PlacedParameters, source: Address): Float32Array {
  const { matrices, address, count } = parameters;
  const flat = new Float32Array(count);
  for (const { inputs, outputs, weight, stride, matrix } of matrices) {
    const first = (source + matrix - address) / 4;
    for (let row = 0; row <= inputs; row++) {
      const from = first + (row * stride) / 4;
      flat.set(arena.floats.subarray(from, from + outputs), weight + row * outputs);
    }
  }
  return flat;
}
