import type { TfjsObjective } from "../../model/tfjs/objective.ts";
import { crossEntropyTfjs } from "../weighted-cross-entropy.ts";
import { type BinarySums, BinaryTally } from "./evaluation.ts";

/** The cross-entropy of two classes, and how many examples have which probability. */
export const binaryTfjs: TfjsObjective<unknown, BinarySums> = {
  ...crossEntropyTfjs,
  openTally(_, { fit: { positive = 1 } }) {
    const tally = new BinaryTally();
    return {
      add(_tf, z, labels) {
        const outputs = z.dataSync();
        labels.forEach((label, i) => {
          const logOdds = (outputs[2 * i + positive] as number) - (outputs[2 * i + 1 - positive] as number);
          tally.add(logOdds, label === positive);
        });
      },
      sums: (evaluation) => tally.sums(evaluation),
    };
  },
};
