import * as z from "zod";

/** Mean and deviation of targets that are numbers: a model's output is in these. */
export const scalingOfTargets = z.object({ mean: z.number(), deviation: z.number().positive() });

export type TargetScaling = z.output<typeof scalingOfTargets>;

/** What a task goes by that only the data tell: places of what settings name, and what follows from the clients' sums. */
export const taskFit = z.object({
  /** Which of two classes is the positive one. */
  positive: z.int().nonnegative().optional(),
  /** How much the loss of an example of each class counts in training. */
  classWeights: z.array(z.number().nonnegative()).optional(),
  /** Of targets that are numbers, over all clients' training examples. */
  targets: scalingOfTargets.optional(),
});

export type TaskFit = z.output<typeof taskFit>;

/** What a data set's record says of its targets. */
export interface TargetData {
  /** Labels are 0 ... classes - 1; 1 where targets are numbers. */
  readonly classes: number;
  /** Present where targets are numbers, and no classes. */
  readonly target?: "float32" | undefined;
}

/** The same, by name. */
export interface NamedTargets extends TargetData {
  readonly name: string;
  readonly classNames?: readonly string[] | undefined;
}

/** What a task is fitted to. */
export interface ToFit extends NamedTargets {
  /** Training examples of each class, of all clients; undefined where somebody keeps that. */
  readonly trainLabels: readonly number[] | undefined;
  readonly targets: TaskFit["targets"] | undefined;
}
