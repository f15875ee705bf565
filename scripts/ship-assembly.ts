/**
 * npm's prepack: synthesizes both stacks into dist/, so that an installed package runs them, and deploys their bundles, without
 * the CDK library and a bundler; and writes what an owner deploys by CloudFormation alone. The licences of what was bundled lie
 * beside it.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownerStackFolder } from "../cdk/outputs.ts";
import { shippedOwnerBundle } from "../cdk/shipped-bundles.ts";
import { loadAssembly, loadOwnerAssembly } from "../local/assembly/load.ts";
import { bundledLicences } from "./bundled-licences.ts";
import { shipOwnerStack } from "./ship-owner-stack.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const home = mkdtempSync(join(tmpdir(), "fedstep-pack-"));
try {
  ship("assembly", await loadAssembly({ home, root }));
  ship("owner-assembly", await loadOwnerAssembly({ home, root }));
  shipOwnerStack(shippedOwnerBundle(join(dist, "owner-assembly")), join(dist, ownerStackFolder));
  writeFileSync(join(dist, "bundled-licences.txt"), await bundledLicences(root));
} finally {
  rmSync(home, { recursive: true, force: true });
}

function ship(name: string, { digest }: { readonly digest: string }): void {
  const shipped = join(dist, name);
  rmSync(shipped, { recursive: true, force: true });
  cpSync(join(home, "assemblies", digest), shipped, { recursive: true });
  writeFileSync(join(shipped, "sources.sha256"), digest);
}
