import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { App } from "aws-cdk-lib/core";
import { bundleFunctions } from "../../cdk/bundle.ts";
import { parseSettings } from "../../cdk/settings.ts";
import { FedstepStack } from "../../cdk/stack.ts";
import { functionFolder, functionNames } from "../../shared/workflow/functions.ts";

const { context: projectContext } = JSON.parse(
  readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"),
) as { context: Record<string, unknown> };

/** The stack's template, around functions of one line each: what the real ones do changes nothing in it. */
export async function synthesized(context: Record<string, unknown> = {}): Promise<Template> {
  const directory = mkdtempSync(join(tmpdir(), "fedstep-test-"));
  try {
    const root = join(directory, "project");
    writeStubFunctions(root);
    const app = new App({ outdir: join(directory, "cdk.out"), context: { ...projectContext, ...context } });
    const bundles = await bundleFunctions({ root, outdir: join(directory, "bundles"), tfjs: false });
    return Template.fromStack(new FedstepStack(app, parseSettings(app.node.getAllContext()), bundles));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function writeStubFunctions(root: string): void {
  for (const name of functionNames) {
    const folder = join(root, "functions", functionFolder(name));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.ts"), `export const handler = async () => "${name}";\n`);
  }
}
