import { createRequire } from "node:module";
import { join } from "node:path";
import { packageMissing } from "../shared/errors.ts";

/** What takes more than a local run does, and the optional peers that it takes: npm installs them for nobody. */
const peers = {
  tfjs: {
    what: "the trainer tfjs",
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm"],
    otherwise: "choose the trainer kernel, or ",
  },
} as const;

export type Use = keyof typeof peers;
export const uses = Object.keys(peers) as Use[];
export const packagesOf = (use: Use): readonly string[] => peers[use].packages;

/**
 * @param root of the project that would load them
 * @throws PackageMissing with the line that installs what is missing
 */
export function requirePackages(root: string, use: Use): void {
  const { what, otherwise } = peers[use];
  const { resolve } = createRequire(join(root, "package.json"));
  const missing = packagesOf(use).filter((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  throw packageMissing(
    `${what} takes packages that are not installed; ${otherwise}npm install ${missing.join(" ")}`,
  );
}
