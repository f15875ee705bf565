import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { App } from "aws-cdk-lib/core";
import { type Bundles, bundleFunctions, bundleNames } from "../../cdk/bundle.ts";
import { featureFlags } from "../../cdk/feature-flags.ts";
import { parseSettings } from "../../cdk/settings.ts";
import { FedstepStack } from "../../cdk/stack.ts";
import { functionFolder } from "../../functions/footprints.ts";

/** The stack's template, around functions of one line each: what the real ones do changes nothing in it. */
export function synthesized(context: Record<string, unknown> = {}): Promise<Template> {
  return withStacks([context], ([stack]) => Template.fromStack(stack));
}

/** Does the work with stacks of one app, each of its own context; their assets are gone afterwards. */
export async function withStacks<T>(
  contexts: readonly Record<string, unknown>[],
  work: (stacks: [FedstepStack, ...FedstepStack[]]) => T,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "fedstep-test-"));
  try {
    const root = join(directory, "project");
    writeStubFunctions(root);
    const bundles = await bundleFunctions({ root, outdir: join(directory, "bundles"), tfjs: false });
    const app = new App({ outdir: join(directory, "cdk.out"), context: featureFlags });
    const [first = {}, ...others] = contexts;
    const stackOf = (context: Record<string, unknown>) => stackIn(app, context, bundles);
    return work([stackOf(first), ...others.map(stackOf)]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function stackIn(app: App, context: Record<string, unknown>, bundles: Bundles): FedstepStack {
  return new FedstepStack(app, parseSettings({ ...app.node.getAllContext(), ...context }), bundles);
}

function writeStubFunctions(root: string): void {
  for (const name of bundleNames) {
    const folder = join(root, "functions", functionFolder(name));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.ts"), `export const handler = async () => "${name}";\n`);
  }
}
