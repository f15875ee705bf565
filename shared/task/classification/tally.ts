import { mostLoss } from "../most-loss.ts";
import type { Tally } from "../tally.ts";
import { type ClassificationSums, emptySums } from "./evaluation.ts";
import { mostProbable } from "./most-probable.ts";

/** Cross-entropy of the softmax of an example's outputs, nats: ln(sum of e^z) - z of its class. */
export function crossEntropyOf(outputs: Float64Array, label: number): number {
  const most = Math.max(...outputs);
  const sum = outputs.reduce((total, z) => total + Math.exp(z - most), 0);
  return Math.min(mostLoss, most + Math.log(sum) - (outputs[label] ?? Number.NaN));
}

export function classificationTally(classes: number): Tally<ClassificationSums> {
  const confusion = emptySums(classes).confusion.map((row) => [...row]);
  let [examples, lossSum] = [0, 0];
  return {
    add(outputs, label) {
      const row = confusion[label];
      if (!row) throw new RangeError(`label ${label} is not one of ${classes} classes`);
      const named = mostProbable([...outputs]);
      row[named] = (row[named] ?? 0) + 1;
      lossSum += crossEntropyOf(outputs, label);
      examples++;
    },
    sums: () => ({ examples, lossSum, confusion }),
  };
}
