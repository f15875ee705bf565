import { createRequire } from "node:module";
import { join } from "node:path";
import { packageMissing } from "../shared/errors.ts";

/**
 * Packages that are larger than all that a run takes, by what takes them: optional peers, which npm installs for
 * nobody who does not ask for them.
 */
const peers = {
  /** The CDK app; the CDK's command line, aws-cdk, is what runs it. */
  synthesis: ["aws-cdk-lib", "constructs"],
  /** TensorFlow.js goes into bundles that are made where it is wanted. */
  tfjs: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "esbuild"],
} as const;

export type Use = keyof typeof peers;
export const uses = Object.keys(peers) as Use[];
export const packagesOf = (use: Use): readonly string[] => peers[use];

/**
 * @param root of the project that would load them
 * @throws PackageMissing with the line that installs what is missing
 */
export function requirePackages(root: string, ...needed: Use[]): void {
  const { resolve } = createRequire(join(root, "package.json"));
  const missing = needed.flatMap(packagesOf).filter((name) => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  const [what, otherwise] = needed.includes("tfjs")
    ? ["the trainer tfjs takes", "choose the trainer kernel, or "]
    : ["synthesizing the stack takes", ""];
  throw packageMissing(
    `${what} packages that are not installed beside fedstep; ${otherwise}npm install ${missing.join(" ")}`,
  );
}
