import type { TaskFit } from "../fit.ts";
import type { Tally } from "../tally.ts";
import { type RegressionSums, RegressionTally } from "./evaluation.ts";
import { scalingOf } from "./unit.ts";

export function regressionTally(fit: TaskFit): Tally<RegressionSums> {
  const { mean, deviation } = scalingOf(fit);
  const tally = new RegressionTally(mean);
  let [examples, lossSum] = [0, 0];
  return {
    add([z = Number.NaN], target) {
      const error = mean + deviation * z - target;
      tally.add(error, target);
      lossSum += error * error;
      examples++;
    },
    sums: () => tally.sums({ examples, lossSum }),
  };
}
