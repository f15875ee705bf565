import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * What writes files that bundles hold and nobody keeps: the training kernel, the report's script and style, the
 * sample, the workflow's counts.
 */
export const generators = [
  "scripts/generate/kernel.mjs",
  "scripts/generate/page.mjs",
  "scripts/generate/sample.mjs",
  "scripts/generate/counts.mjs",
] as const;

/**
 * Runs them, so that no bundle carries what is older than its source. A package holds what they wrote in their place:
 * its sources do not change, and often may not be written to.
 */
export function generateSources(root: string): void {
  for (const script of generators.filter((script) => existsSync(join(root, script)))) {
    // their progress goes to the standard error: the standard output belongs to the CDK's command line
    execFileSync(process.execPath, [join(root, script)], { cwd: root, stdio: ["ignore", 2, 2] });
  }
}
