import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { PERF_COUNTERS_FILE_ENV } from "aws-cdk-lib/cx-api";
import { FedstepError } from "../shared/errors.ts";
import { bundleFunctions } from "./bundle.ts";
import { featureFlags } from "./feature-flags.ts";
import { generateSources } from "./generate.ts";
import { requirePackages } from "./peer-packages.ts";
import { project as root } from "./project.ts";
import { parseSettings } from "./settings.ts";
import { FedstepStack } from "./stack.ts";

/**
 * What the CDK's command line runs: writes the cloud assembly of the stack that context describes. What the caller
 * can mend is said without a stack trace.
 * @param check gets the stack before it is written
 */
export async function synthesizeStack(check: (stack: FedstepStack) => void = () => {}): Promise<void> {
  // how long a slow synthesis took would be written into the assembly, which is otherwise the same bytes every time
  delete process.env[PERF_COUNTERS_FILE_ENV];
  const bundleDirectory = mkdtempSync(join(tmpdir(), "fedstep-bundles-"));
  try {
    const app = new App({
      // the same sources give the same bytes on every machine: no traces with its paths in the metadata
      context: { ...featureFlags, "aws:cdk:disable-creation-stack-traces": true },
      stackTraces: false,
      analyticsReporting: false,
      treeMetadata: false,
    });
    const settings = parseSettings(app.node.getAllContext());
    if (settings.tfjs) requirePackages(root, "tfjs");
    generateSources(root);
    const bundles = await bundleFunctions({ root, outdir: bundleDirectory, tfjs: settings.tfjs });
    check(new FedstepStack(app, settings, bundles));
    app.synth();
  } catch (error) {
    if (!(error instanceof FedstepError)) throw error;
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(bundleDirectory, { recursive: true, force: true });
  }
}
