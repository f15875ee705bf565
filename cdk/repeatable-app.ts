import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { PERF_COUNTERS_FILE_ENV } from "aws-cdk-lib/cx-api";
import { appContext } from "./feature-flags.ts";

/**
 * Writes the cloud assembly of an app: the same sources give the same bytes, on every machine.
 * @param fill makes the app's stack; its bundles' folder is gone once the assembly is written
 */
export async function synthesizeApp(
  fill: (app: App, bundleDirectory: string) => Promise<void>,
): Promise<void> {
  // how long a slow synthesis took would be written into the assembly
  delete process.env[PERF_COUNTERS_FILE_ENV];
  const bundleDirectory = mkdtempSync(join(tmpdir(), "fedstep-bundles-"));
  try {
    const app = new App(appContext);
    await fill(app, bundleDirectory);
    app.synth();
  } finally {
    rmSync(bundleDirectory, { recursive: true, force: true });
  }
}
