import type { Footprint } from "../../cloud/footprint.ts";
import { prefixes } from "../../shared/layout.ts";

/** Patterns of keys that a function may get, put, and put where nothing is. */
export type ObjectRights = Pick<Footprint, "reads" | "writes" | "creates">;

/**
 * Who may touch what is what its footprint says: only those who train read examples, and nobody else learns that they can be
 * read. Without a baseline nobody has a right to its objects.
 */
export function rightsOf(footprint: ObjectRights, deployed: { readonly baseline: boolean }): ObjectRights {
  const { reads, writes, creates } = footprint;
  if (deployed.baseline) return { reads, writes, creates };
  const others = (patterns: readonly string[]) => patterns.filter((pattern) => pattern !== prefixes.baseline);
  return { reads: others(reads), writes: others(writes), creates: others(creates) };
}
