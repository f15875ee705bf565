import { mostProbable } from "./classification/most-probable.ts";

/** How a class is named of an example's probabilities: the most probable one, or one of two by a threshold. */
export type Naming =
  | { readonly by: "most-probable" }
  | {
      readonly by: "threshold";
      /** The class that is named from the threshold on; below it the other one is. */
      readonly positive: number;
      readonly threshold: number;
    };

/** The class that a model names; the first of equally probable ones. */
export function classNamed(probabilities: ArrayLike<number>, naming: Naming): number {
  if (naming.by === "threshold") {
    const { positive, threshold } = naming;
    return (probabilities[positive] ?? 0) >= threshold ? positive : 1 - positive;
  }
  return mostProbable(Array.from(probabilities));
}
