import type { NetworkLayer } from "./network.ts";
import type { Address } from "./primitives.ts";

/** A batch of examples as the input of the first layer: what the two paths, compressed and dense, have in common. */
export interface BatchInput {
  /** Once per call, when there is room: brings in what the batches are read from. */
  open(): void;
  /** The examples at the given rows, which stand in the arena as well, become the batch. */
  load(rows: Uint32Array): void;
  /** z = x W, the bias included. */
  forward(layer: NetworkLayer): void;
  /**
   * The matrix takes a step against the gradient x^T delta.
   * @param record the step's constants
   * @param plain without momentum, decay, anchor and correction
   */
  step(layer: NetworkLayer, record: Address, plain: boolean): void;
}
