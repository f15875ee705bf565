import { ln } from "../../partition/elementary.ts";
import type { TaskFit } from "../fit.ts";
import type { Tally } from "../tally.ts";
import { type PoissonSums, PoissonTally, timesLog } from "./evaluation.ts";
import { unitOf } from "./rate.ts";

export function poissonTally(fit: TaskFit): Tally<PoissonSums> {
  const unit = unitOf(fit);
  const tally = new PoissonTally();
  let [examples, lossSum] = [0, 0];
  return {
    add([z = Number.NaN], target) {
      const rate = unit * Math.exp(z);
      tally.add(rate, target);
      lossSum += timesLog(target) - target * (ln(unit) + z) - target + rate;
      examples++;
    },
    sums: () => tally.sums({ examples, lossSum }),
  };
}
