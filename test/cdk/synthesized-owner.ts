import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { App } from "aws-cdk-lib/core";
import { featureFlags } from "../../cdk/feature-flags.ts";
import { openOwnerBundle } from "../../cdk/owner-bundle.ts";
import { parseOwnerSettings } from "../../cdk/owner-settings.ts";
import { OwnerStack } from "../../cdk/owner-stack.ts";
import { ownerFiles } from "../../shared/owners/stack-names.ts";

/** The template of an owner's stack, around files of one line each: what the real ones do changes nothing in it. */
export function synthesizedOwner(context: Record<string, unknown> = {}): Promise<Template> {
  return withOwnerStack(context, (stack) => Template.fromStack(stack));
}

/** Does the work with the stack of an app; its asset is gone afterwards. */
export async function withOwnerStack<T>(
  context: Record<string, unknown>,
  work: (stack: OwnerStack) => T,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "fedstep-test-"));
  try {
    for (const [what, file] of Object.entries(ownerFiles)) {
      writeFileSync(join(directory, file), `export const what = "${what}";\n`);
    }
    const bundle = openOwnerBundle(directory);
    const app = new App({ outdir: `${directory}.out`, context: featureFlags });
    const settings = parseOwnerSettings({ ...app.node.getAllContext(), ...context });
    return await work(new OwnerStack(app, { settings, bundle, code: () => Code.fromAsset(directory) }));
  } finally {
    rmSync(directory, { recursive: true, force: true });
    rmSync(`${directory}.out`, { recursive: true, force: true });
  }
}
