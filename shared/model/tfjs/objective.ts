import type * as tfjs from "@tensorflow/tfjs";
import type { Evaluation } from "../../task/evaluation.ts";

/** What the reference trainer needs to know of a task; TensorFlow.js derives the gradients. */
export interface TfjsObjective<Settings = unknown, Sums extends Evaluation = Evaluation> {
  /**
   * Each example's loss, [examples].
   * @param tf the library, which only bundles that train with it carry
   * @param outputs [examples, outputs]
   * @param targets [examples]
   */
  losses(tf: typeof tfjs, outputs: tfjs.Tensor2D, targets: tfjs.Tensor1D, settings: Settings): tfjs.Tensor;
  /** What an evaluation counts beside the loss. @param outputs values of an example */
  openTally(outputs: number, settings: Settings): TfjsTally<Sums>;
}

export interface TfjsTally<Sums extends Evaluation = Evaluation> {
  /** Counts a batch. @param targets of its examples */
  add(tf: typeof tfjs, outputs: tfjs.Tensor2D, targets: Int32Array): void;
  sums(evaluation: Evaluation): Sums;
}
