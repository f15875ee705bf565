import type { ArenaLayout } from "./arena.ts";
import type { Address } from "./primitives.ts";

/** Room for compressed rows: a span of two addresses per row, and the entries. */
export interface RowsRegion {
  readonly spans: Address;
  readonly entries: Address;
}

/** @param entryBytes eight for single values, twelve for pairs */
export function layOutRows(
  layout: ArenaLayout,
  rows: number,
  entries: number,
  entryBytes: 8 | 12,
): RowsRegion {
  // a rectifier writes one entry further than it keeps
  return { spans: layout.reserve(8 * rows), entries: layout.reserve(entryBytes * (entries + 1)) };
}
