import type { Layout } from "./arena.ts";
import { roundUp } from "./network.ts";
import type { Address } from "./primitives.ts";

/** Room for compressed rows: entries of eight bytes, and one start more than there are rows. */
export interface RowsRegion {
  readonly starts: Address;
  readonly entries: Address;
}

/** @param longest entries of the longest row */
export function layOutRows(layout: Layout, rows: number, longest: number): RowsRegion {
  return {
    starts: layout.reserve(4 * (rows + 1)),
    entries: layout.reserve(8 * rows * longest),
  };
}

/**
 * Room for the transposed rows of whichever layer is taking its step.
 * @param columns inputs of the widest layer, its bias included
 * @param entries of the fullest batch
 */
export function layOutTransposed(layout: Layout, columns: number, entries: number): RowsRegion {
  return {
    // one word more than starts, for the counting sort
    starts: layout.reserve(roundUp(4 * (columns + 2), 16)),
    entries: layout.reserve(8 * entries),
  };
}
