import type { Tensor } from "../../tensors/safetensors.ts";

/** A layer as model.json describes it, and its weights in the order in which TensorFlow.js has them. */
export interface ExportedLayer {
  readonly description: Readonly<Record<string, unknown>>;
  readonly weights: readonly Tensor[];
  /** Names of the layers whose outputs it takes; the one before where left out. */
  readonly takes?: readonly string[];
}
