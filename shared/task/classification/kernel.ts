import type { KernelObjective } from "../../model/kernel/objective.ts";
import { crossEntropy, weightedCrossEntropy } from "../weighted-cross-entropy.ts";
import type { ClassificationSums } from "./evaluation.ts";

/** Cross-entropy of the softmax, and the classes of the largest outputs. */
export const classificationKernel: KernelObjective<unknown, ClassificationSums> = {
  open: (primitives, arena, _, { classWeights }) => ({
    loss: crossEntropy(primitives),
    ...(classWeights && { trainingLoss: weightedCrossEntropy(primitives, arena, classWeights) }),
    layOutTally(layout, classes) {
      const confusion = layout.reserve(4 * classes * classes);
      const counts = () => arena.words.subarray(confusion / 4, confusion / 4 + classes * classes);
      return {
        open: () => void counts().fill(0),
        add: ({ rows, targets }, { z, stride }, count) =>
          primitives.countPredictions(z, count, classes, stride, rows, targets, confusion),
        sums({ examples, lossSum }) {
          const all = counts();
          const row = (actual: number) => Array.from(all.subarray(actual * classes, (actual + 1) * classes));
          return {
            examples,
            lossSum,
            confusion: Array.from({ length: classes }, (_, actual) => row(actual)),
          };
        },
      };
    },
  }),
};
