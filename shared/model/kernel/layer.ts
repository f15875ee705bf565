import type { ArenaLayout } from "./arena.ts";
import { type PlacedMatrix, roundUp } from "./matrices.ts";
import type { Address } from "./primitives.ts";

/** What a batch makes of a layer, a row for each example. */
export interface BatchOutputs {
  /** Values of a row. */
  readonly outputs: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Of a hidden layer what its activation leaves there: of ReLU what comes before it, of tanh what comes after. */
  readonly z: Address;
  /** Derivatives of the loss by z. */
  readonly delta: Address;
}

/** A layer whose outputs are one product of its matrix. */
export interface Layer extends PlacedMatrix, BatchOutputs {}

/** @param batch examples of the largest batch */
export function layOutLayer(layout: ArenaLayout, matrix: PlacedMatrix, batch: number): Layer {
  const rows = () => layout.reserve(roundUp(batch, 4) * matrix.stride);
  return { ...matrix, z: rows(), delta: rows() };
}
