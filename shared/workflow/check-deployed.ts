import type { Config } from "../config/schema.ts";
import { baselineUnavailable } from "../errors.ts";

export const noBaseline =
  "this stack was deployed without the centralized baseline: take --set baseline.enabled=false, or deploy it with -c baseline=true";

/**
 * What a configuration asks of the stack that is to run it.
 * @throws BaselineUnavailable
 */
export function checkDeployed({ baseline }: Config, deployed: { readonly baseline: boolean }): void {
  if (baseline.enabled && !deployed.baseline) throw baselineUnavailable(noBaseline);
}
