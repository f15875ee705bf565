import * as z from "zod";
import type { ClientUpdate } from "./client-update.ts";
import { defineStrategy } from "./define.ts";
import { accumulatedSteps } from "./local-steps.ts";
import { nameOf } from "./settings.ts";
import { weightedSum } from "./weighted-sum.ts";

/**
 * FedNova (Wang et al. 2020, "Tackling the Objective Inconsistency Problem in Heterogeneous Federated
 * Optimization", equations 9 and 10): clients that took more steps do not weigh more. With p_k = n_k / n,
 * s_k = ||a_k||_1 (accumulatedSteps) and the effective steps s = sum_j p_j s_j:
 *
 *   w = w + s sum_k p_k (w_k - w) / s_k
 *     = (sum_k c_k w_k + (n - sum_k c_k) w) / n   with   c_k = n_k sum_j p_j (s_j / s_k)
 *
 * The second form is the one computed: where all took the same steps c_k is n_k exactly, and the result FedAvg's bit
 * for bit.
 */
export const fedNova = defineStrategy(
  z
    .strictObject({ name: nameOf("FedNova") })
    .describe("FedAvg normalised by each client's local steps (Wang et al. 2020, arXiv:2007.07481)."),
  () => ({
    aggregate({ global, updates, momentum }) {
      const total = updates.reduce((sum, { examples }) => sum + examples, 0);
      const terms = normalised(updates, momentum, total);
      const rest = terms.reduce((left, { weight }) => left - weight, total);
      if (rest !== 0) terms.push({ weight: rest, values: global });
      const sums = weightedSum(global.length, terms);
      const parameters = new Float32Array(global.length);
      for (let i = 0; i < parameters.length; i++) parameters[i] = (sums[i] as number) / total;
      return { parameters, state: {} };
    },
  }),
);

function normalised(updates: readonly ClientUpdate[], momentum: number, total: number) {
  const taken = updates.map(({ steps }) => accumulatedSteps(steps, momentum));
  return updates.map(({ examples, parameters }, k) => {
    const own = taken[k] as number;
    const effective = updates.reduce((sum, one, j) => sum + one.examples * ((taken[j] as number) / own), 0);
    return { weight: examples * (effective / total), values: parameters };
  });
}
