import { clipping } from "./clipping.ts";

/** An update stage is a file of its own, and stands here. */
export const stageKinds = [clipping] as const;
