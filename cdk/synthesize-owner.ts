import { Code } from "aws-cdk-lib/aws-lambda";
import { generateSources } from "./generate.ts";
import { bundleOwner, type OwnerBundle } from "./owner-bundle.ts";
import { parseOwnerSettings } from "./owner-settings.ts";
import { OwnerStack } from "./owner-stack.ts";
import { shippedAssembly } from "./project.ts";
import { synthesizeApp } from "./repeatable-app.ts";
import { shippedOwnerBundle } from "./shipped-bundles.ts";

/**
 * Writes the cloud assembly of an owner's stack.
 * @param root of the project, or of what was compiled of it
 * @param check gets the stack before it is written
 * @throws ContextInvalid
 */
export async function synthesizeOwner(
  root: string,
  check: (stack: OwnerStack) => void = () => {},
): Promise<void> {
  await synthesizeApp(async (app, bundleDirectory) => {
    const settings = parseOwnerSettings(app.node.getAllContext());
    const bundle = await bundleOf(root, bundleDirectory);
    check(new OwnerStack(app, { settings, bundle, code: () => Code.fromAsset(bundle.directory) }));
  });
}

/** An installed package has what was bundled once for its release, and no owner builds. */
async function bundleOf(root: string, outdir: string): Promise<OwnerBundle> {
  const shipped = shippedAssembly(root, "owner");
  if (shipped) return shippedOwnerBundle(shipped.directory);
  generateSources(root);
  return bundleOwner({ root, outdir });
}
