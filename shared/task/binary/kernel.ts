import type { KernelObjective } from "../../model/kernel/objective.ts";
import { crossEntropy, weightedCrossEntropy } from "../weighted-cross-entropy.ts";
import { type BinarySums, BinaryTally } from "./evaluation.ts";

/** Cross-entropy of the softmax of two outputs, and how many examples have which probability. */
export const binaryKernel: KernelObjective<unknown, BinarySums> = {
  open(primitives, arena, _, { classWeights, positive = 1 }) {
    const loss = crossEntropy(primitives);
    return {
      loss,
      trainingLoss: classWeights ? weightedCrossEntropy(primitives, arena, classWeights) : loss,
      layOutTally() {
        let tally = new BinaryTally();
        return {
          open() {
            tally = new BinaryTally();
          },
          add({ rows, targets }, { z, stride }, count) {
            const { words, floats } = arena;
            for (let i = 0; i < count; i++) {
              const at = (z + i * stride) / 4;
              const logOdds = (floats[at + positive] as number) - (floats[at + 1 - positive] as number);
              const label = words[targets / 4 + (words[rows / 4 + i] as number)];
              tally.add(logOdds, label === positive);
            }
          },
          sums: (evaluation) => tally.sums(evaluation),
        };
      },
    };
  },
};
