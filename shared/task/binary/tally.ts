import { crossEntropyOf } from "../classification/tally.ts";
import type { Tally } from "../tally.ts";
import { type BinarySums, BinaryTally } from "./evaluation.ts";

/** @param positive which of the two classes is the positive one */
export function binaryTally(positive: number): Tally<BinarySums> {
  const tally = new BinaryTally();
  let [examples, lossSum] = [0, 0];
  return {
    add(outputs, label) {
      tally.add((outputs[positive] ?? 0) - (outputs[1 - positive] ?? 0), label === positive);
      lossSum += crossEntropyOf(outputs, label);
      examples++;
    },
    sums: () => tally.sums({ examples, lossSum }),
  };
}
