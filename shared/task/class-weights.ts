import * as z from "zod";
import { configInvalid } from "../errors.ts";
import type { ToFit } from "./fit.ts";

/** How much the loss of an example of each class counts in training. */
export const classWeights = z.union([
  z.enum(["none", "balanced"]),
  z.array(z.number().gt(0).max(1e6)).min(2).max(1_000),
]);

export const weightsMeaning =
  "What the loss of an example of each class is multiplied by in training. none: 1. balanced: n / (classes x examples " +
  "of the class), by all clients' training examples. A list: a number for each class, in their order. Evaluations count " +
  "every example alike.";

export type ClassWeights = z.output<typeof classWeights> | undefined;

/**
 * The weights in the classes' order, or undefined where all are 1. balanced is scikit-learn's: n / (classes x n_c), so that
 * the weights of all training examples have mean 1; a class of which nobody trains with any has 0.
 * @throws ConfigInvalid
 */
export function fittedWeights(setting: ClassWeights, data: ToFit): readonly number[] | undefined {
  if (setting === undefined || setting === "none") return undefined;
  const { classes, trainLabels } = data;
  if (setting === "balanced") {
    if (!trainLabels) {
      throw configInvalid(
        "task.classWeights: balanced takes the counts of labels, which an owner keeps to itself; give a number for each class",
      );
    }
    const all = trainLabels.reduce((sum, count) => sum + count, 0);
    return trainLabels.map((count) => (count === 0 ? 0 : all / (classes * count)));
  }
  checkWeights(setting, data);
  return setting;
}

/** Whether a list has a number for each class. @throws ConfigInvalid */
export function checkWeights(
  setting: ClassWeights,
  { name, classes }: { name: string; classes: number },
): void {
  if (!Array.isArray(setting) || setting.length === classes) return;
  throw configInvalid(
    `task.classWeights: ${setting.length} numbers, and ${name} has ${classes} classes; give one for each, or balanced`,
  );
}
