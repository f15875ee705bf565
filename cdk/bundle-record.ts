import type { Bundles } from "./bundle.ts";

/** Lies in the assembly's directory: which bytes the functions run, and how many. */
export const bundleRecordFile = "bundles.json";

export function bundleRecords(bundles: Bundles) {
  return Object.fromEntries(
    Object.entries(bundles).map(([name, { bytes, sha256 }]) => [name, { bytes, sha256 }]),
  );
}
