import type { Figures } from "../tasks.ts";
import type { ClassificationFigures } from "./evaluation.ts";

/** Figures of a classifier as what they are; undefined of other tasks. */
export function asClassifier<T extends Figures>(figures: T): (T & ClassificationFigures) | undefined {
  return figures.confusion === undefined ? undefined : (figures as T & ClassificationFigures);
}
