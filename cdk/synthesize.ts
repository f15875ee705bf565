import { type Bundles, bundleFunctions } from "./bundle.ts";
import { generateSources } from "./generate.ts";
import { withOwnersAccounts } from "./owners-accounts.ts";
import { requirePackages } from "./peer-packages.ts";
import { shippedAssembly } from "./project.ts";
import { synthesizeApp } from "./repeatable-app.ts";
import { parseSettings, type Settings } from "./settings.ts";
import { shippedBundles } from "./shipped-bundles.ts";
import { FedstepStack } from "./stack.ts";

/**
 * Writes the cloud assembly of the stack that context describes.
 * @param root of the project, or of what was compiled of it
 * @param folder from which it is deployed, where owners' accounts may be named
 * @param check gets the stack before it is written
 * @throws ContextInvalid, AccountsFileInvalid, PackageMissing
 */
export async function synthesizeStack(
  root: string,
  folder: string,
  check: (stack: FedstepStack) => void = () => {},
): Promise<void> {
  await synthesizeApp(async (app, bundleDirectory) => {
    const settings = parseSettings(withOwnersAccounts(app.node.getAllContext(), folder));
    check(new FedstepStack(app, settings, await bundlesOf(root, bundleDirectory, settings)));
  });
}

async function bundlesOf(root: string, outdir: string, { tfjs }: Settings): Promise<Bundles> {
  const shipped = shippedAssembly(root);
  if (shipped && !tfjs) return shippedBundles(shipped.directory);
  if (tfjs) requirePackages(root, "tfjs");
  generateSources(root);
  return bundleFunctions({ root, outdir, tfjs });
}
