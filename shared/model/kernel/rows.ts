import type { Layout } from "./arena.ts";
import type { Address } from "./primitives.ts";

/** Room for compressed rows: a span of two addresses per row, and eight bytes per entry. */
export interface RowsRegion {
  readonly spans: Address;
  readonly entries: Address;
}

export function layOutRows(layout: Layout, rows: number, entries: number): RowsRegion {
  // a rectifier writes one entry further than it keeps
  return { spans: layout.reserve(8 * rows), entries: layout.reserve(8 * (entries + 1)) };
}
