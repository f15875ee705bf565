/**
 * npm's prepack: synthesizes the stack into dist/assembly, so that an installed package runs it, and deploys its
 * bundles, without the CDK library and a bundler. The licences of what was bundled lie beside it.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadAssembly } from "../local/assembly/load.ts";
import { bundledLicences } from "./bundled-licences.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const shipped = join(root, "dist", "assembly");
const home = mkdtempSync(join(tmpdir(), "fedstep-pack-"));
try {
  const { digest } = await loadAssembly({ home, root });
  rmSync(shipped, { recursive: true, force: true });
  cpSync(join(home, "assemblies", digest), shipped, { recursive: true });
  writeFileSync(join(shipped, "sources.sha256"), digest);
  writeFileSync(join(root, "dist", "bundled-licences.txt"), await bundledLicences(root));
} finally {
  rmSync(home, { recursive: true, force: true });
}
