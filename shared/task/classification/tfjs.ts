import type { TfjsObjective } from "../../model/tfjs/objective.ts";
import { crossEntropyTfjs } from "../weighted-cross-entropy.ts";
import { type ClassificationSums, emptySums } from "./evaluation.ts";

/** -ln softmax(z)[y], and the classes of the largest outputs. */
export const classificationTfjs: TfjsObjective<unknown, ClassificationSums> = {
  ...crossEntropyTfjs,
  openTally(classes) {
    const confusion = emptySums(classes).confusion.map((row) => [...row]);
    return {
      add(tf, z, labels) {
        const predicted = tf.argMax(z, 1).dataSync();
        labels.forEach((label, i) => {
          const counts = confusion[label] as number[];
          counts[predicted[i] as number] = (counts[predicted[i] as number] as number) + 1;
        });
      },
      sums: ({ examples, lossSum }) => ({ examples, lossSum, confusion }),
    };
  },
};
