import type { Config } from "../config/schema.ts";

/**
 * The learning rate of a round, or of an epoch of the baseline.
 * @param period 1, 2, ...
 */
export function learningRateAt({ learningRate, schedule }: Config["training"], period: number): number {
  if (schedule.kind === "constant") return learningRate;
  const steps = schedule.kind === "step" ? Math.floor((period - 1) / schedule.every) : period - 1;
  // multiplied out, since a power may differ in its last bit from machine to machine
  let rate = learningRate;
  for (let i = 0; i < steps; i++) rate *= schedule.decay;
  return rate;
}
