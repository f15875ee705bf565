import type { TaskFit } from "../fit.ts";

/** What a rate is in multiples of: the mean of all clients' training targets, where that is above zero. */
export const unitOf = ({ targets }: TaskFit): number => (targets && targets.mean > 0 ? targets.mean : 1);

/** Makes rates of outputs: unit e^z. */
export function inRates(fit: TaskFit): (outputs: Float64Array) => Float64Array {
  const unit = unitOf(fit);
  return (outputs) => outputs.map((output) => unit * Math.exp(output));
}
