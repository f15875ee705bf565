import type * as tfjs from "@tensorflow/tfjs";
import type { Targets } from "../../dataset/examples.ts";
import type { Evaluation } from "../../task/evaluation.ts";
import type { TaskFit } from "../../task/fit.ts";

/** What the reference trainer needs to know of a task; TensorFlow.js derives the gradients. */
export interface TfjsObjective<Settings = unknown, Sums extends Evaluation = Evaluation> {
  /**
   * Each example's loss, [examples].
   * @param tf the library, which only bundles that train with it carry
   * @param outputs [examples, outputs]
   * @param targets [examples]
   */
  losses(tf: typeof tfjs, outputs: tfjs.Tensor2D, targets: tfjs.Tensor1D, of: Of<Settings>): tfjs.Tensor;
  /** The same in training, whose gradients are of these, where that counts examples otherwise than an evaluation does. */
  trainingLosses?: TfjsObjective<Settings, Sums>["losses"];
  /** What a training loss is multiplied by to be in the unit of an evaluation's; 1 where it is left out. */
  unit?(of: Of<Settings>): number;
  /** What an evaluation counts beside the loss. @param outputs values of an example */
  openTally(outputs: number, of: Of<Settings>): TfjsTally<Sums>;
}

/** The settings of a task, and what the plan has fitted it to. */
interface Of<Settings> {
  readonly settings: Settings;
  readonly fit: TaskFit;
}

export interface TfjsTally<Sums extends Evaluation = Evaluation> {
  /** Counts a batch. @param targets of its examples */
  add(tf: typeof tfjs, outputs: tfjs.Tensor2D, targets: Targets): void;
  sums(evaluation: Evaluation): Sums;
}
