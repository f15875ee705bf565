import { mlpOutputs } from "./mlp/outputs.ts";

/**
 * How each kind of model comes to its outputs, in plain JavaScript and float64. Apart from kinds.ts, since the page of a
 * report carries this and nothing else of the kinds; a kind whose line is missing here does not compile.
 */
export const inference = { mlp: { outputs: mlpOutputs } };

/** What a kind of model is called. */
export type KindName = keyof typeof inference;
