import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib/core";
import { PERF_COUNTERS_FILE_ENV } from "aws-cdk-lib/cx-api";
import { type Bundles, bundleFunctions } from "./bundle.ts";
import { featureFlags } from "./feature-flags.ts";
import { generateSources } from "./generate.ts";
import { requirePackages } from "./peer-packages.ts";
import { shippedAssembly } from "./project.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { shippedBundles } from "./shipped-bundles.ts";
import { FedstepStack } from "./stack.ts";

/**
 * Writes the cloud assembly of the stack that context describes.
 * @param root of the project, or of what was compiled of it
 * @param check gets the stack before it is written
 * @throws ContextInvalid, PackageMissing
 */
export async function synthesizeStack(
  root: string,
  check: (stack: FedstepStack) => void = () => {},
): Promise<void> {
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
    check(new FedstepStack(app, settings, await bundlesOf(root, bundleDirectory, settings)));
    app.synth();
  } finally {
    rmSync(bundleDirectory, { recursive: true, force: true });
  }
}

async function bundlesOf(root: string, outdir: string, { tfjs }: Settings): Promise<Bundles> {
  const shipped = shippedAssembly(root);
  if (shipped && !tfjs) return shippedBundles(shipped.directory);
  if (tfjs) requirePackages(root, "tfjs");
  generateSources(root);
  return bundleFunctions({ root, outdir, tfjs });
}
