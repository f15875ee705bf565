import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What writes modules that bundles hold and nobody keeps: the training kernel, and the report's script and style. */
export const generators = ["scripts/build-kernel.mjs", "scripts/build-page.mjs"] as const;

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
