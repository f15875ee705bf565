import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib/core";
import { FedstepError } from "../shared/errors.ts";
import { bundleFunctions } from "./bundle.ts";
import { bundleRecordFile, bundleRecords } from "./bundle-record.ts";
import { buildKernel } from "./kernel.ts";
import { parseSettings } from "./settings.ts";
import { FedstepStack } from "./stack.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const bundleDirectory = mkdtempSync(join(tmpdir(), "fedstep-bundles-"));
try {
  // neither analytics nor the construct tree belong to what is deployed
  const app = new App({ analyticsReporting: false, treeMetadata: false });
  const settings = parseSettings(app.node.getAllContext());
  buildKernel(root);
  const bundles = await bundleFunctions({ root, outdir: bundleDirectory, tfjs: settings.tfjs });
  new FedstepStack(app, settings, bundles);
  const { directory } = app.synth();
  writeFileSync(join(directory, bundleRecordFile), `${JSON.stringify(bundleRecords(bundles), null, 2)}\n`);
} catch (error) {
  if (!(error instanceof FedstepError)) throw error;
  // what the caller can mend needs no stack trace
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(bundleDirectory, { recursive: true, force: true });
}
