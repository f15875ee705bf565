import type { Layer } from "./layer.ts";
import type { Address } from "./primitives.ts";

/** A batch of examples as the input of the first layer: what the two paths, compressed and dense, have in common. */
export interface BatchInput {
  /** Where the batch's row numbers stand. */
  readonly rows: Address;
  /** When there is room, and examples are not there yet: writes what the batches are read with. */
  open(): void;
  /** As many examples as given, whose row numbers stand in the arena, become the batch. */
  load(count: number): void;
  /** z = x W, the bias included. */
  forward(layer: Layer): void;
  /**
   * The matrix takes a step against the gradient x^T delta.
   * @param record the step's constants
   * @param plain without momentum, decay, anchor and correction
   */
  step(layer: Layer, record: Address, plain: boolean): void;
  /**
   * The gradient x^T delta is added to a sum in whole units.
   * @param sums of the matrix, as wide as it
   * @param record how many units make 1
   */
  addTo(sums: Address, layer: Layer, record: Address): void;
}
