import type { TargetScaling, TaskFit } from "../fit.ts";

/** Without any, targets are taken as they are. */
export const scalingOf = ({ targets }: TaskFit): TargetScaling => targets ?? { mean: 0, deviation: 1 };

/** Gives outputs in deviations from the mean back in the targets' unit. */
export function inTargetsUnit(fit: TaskFit): (outputs: Float64Array) => Float64Array {
  const { mean, deviation } = scalingOf(fit);
  return (outputs) => outputs.map((output) => mean + deviation * output);
}
