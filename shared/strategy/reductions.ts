import type { Aggregation, Round, ServerStart, SumReduction, Sums, WholeReduction } from "./strategy.ts";

type Particular = Pick<SumReduction, "weight" | "numbers">;

/** A strategy that steps from what its round's updates add up to. */
export function fromSums(
  finish: (sums: Sums, start: ServerStart) => Aggregation,
  particular: Particular = {},
): SumReduction {
  return { kind: "sum", ...particular, finish };
}

/** A strategy that holds its round's updates against each other. */
export function fromAll(aggregate: (round: Round) => Aggregation): WholeReduction {
  return { kind: "whole", aggregate };
}

/** w + rate (sum / weight) in float64, rounded to float32 once. @param sum of as many values as the model */
export function stepped(global: Float32Array, sum: Float64Array, weight: number, rate = 1): Float32Array {
  return global.map((w, i) => w + rate * ((sum[i] as number) / weight));
}

/** The average of the clients' models by examples, w + sum_k (n_k / n) (w_k - w) with n = sum_k n_k, and no state. */
export const averaged = fromSums(({ change, examples }, { global }) => ({
  parameters: stepped(global, change, examples),
  state: {},
}));
