import { binary } from "./binary/kind.ts";
import { classification } from "./classification/kind.ts";
import { poisson } from "./poisson/kind.ts";
import { regression } from "./regression/kind.ts";

/** A learning task is a folder of its own, and stands here, the one that a configuration has without naming any first. */
export const taskKinds = [classification, binary, regression, poisson] as const;
