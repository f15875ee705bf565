import { mlp } from "./mlp/kind.ts";

/** A kind of model is a folder of its own, and stands here, the one that a configuration has without naming any first. */
export const modelKinds = [mlp] as const;
