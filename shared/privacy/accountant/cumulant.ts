import { type Direction, logDensity, signOf, type Truncation } from "./direction.ts";
import { logSumExp } from "./log-sum-exp.ts";
import { lossAt } from "./loss.ts";
import type { SampledGaussian } from "./mechanism.ts";

/** ln E[e^(t loss)] of one step, as a function of t. */
export type Cumulant = (t: number) => number;

/** By the trapezoid rule, which converges exponentially here; see excessAt in rdp.ts. */
export function cumulantOf(
  mechanism: SampledGaussian,
  direction: Direction,
  { from, to }: Truncation,
): Cumulant {
  const { q, sigma } = mechanism;
  // without sampling the loss is a straight line
  const nodes = Math.ceil((to - from) / (0.1 * sigma * (q === 1 ? 1 : Math.min(1, sigma))));
  const width = (to - from) / nodes;
  const losses = new Float64Array(nodes + 1);
  const logs = new Float64Array(nodes + 1);
  for (let i = 0; i <= nodes; i++) {
    const x = from + i * width;
    const loss = lossAt(mechanism, x);
    losses[i] = signOf(direction) * loss;
    const weight = i === 0 || i === nodes ? width / 2 : width;
    logs[i] = logDensity(mechanism, direction, x, loss) + Math.log(weight);
  }
  const terms = new Float64Array(nodes + 1);
  return (t) => {
    for (let i = 0; i <= nodes; i++) terms[i] = (logs[i] as number) + t * (losses[i] as number);
    return logSumExp(terms);
  };
}
