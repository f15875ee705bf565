import type { Strategy } from "./strategy.ts";

/**
 * Federated averaging: w = sum_k (n_k / n) w_k with n = sum_k n_k (McMahan et al. 2017, "Communication-Efficient
 * Learning of Deep Networks from Decentralized Data", algorithm 1).
 *
 * Summed as n_k w_k in float64 and divided once: a float32 times a count below 2^29 is exact there, so identical
 * models average to themselves, bit for bit.
 */
export const fedAvg: Strategy = {
  name: "FedAvg",
  aggregate(global, updates) {
    // adding to -0 changes nothing at all, adding to 0 would turn -0 into 0
    const sums = new Float64Array(global.length).fill(-0);
    let examples = 0;
    for (const update of updates) {
      examples += update.examples;
      for (let i = 0; i < sums.length; i++) {
        sums[i] = (sums[i] as number) + update.examples * (update.parameters[i] as number);
      }
    }
    return Float32Array.from(sums, (sum) => sum / examples);
  },
};
