import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Compiles the training kernel's source, so that no bundle carries an older kernel. */
export function buildKernel(root: string): void {
  // its progress goes to the standard error: the standard output belongs to the CDK's command line
  execFileSync(process.execPath, [join(root, "scripts/build-kernel.mjs")], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
}
