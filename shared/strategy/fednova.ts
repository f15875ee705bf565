import * as z from "zod";
import { defineStrategy } from "./define.ts";
import { accumulatedSteps } from "./local-steps.ts";
import { fromSums, stepped } from "./reductions.ts";
import { nameField } from "./settings.ts";

/**
 * FedNova (Wang et al. 2020, "Tackling the Objective Inconsistency Problem in Heterogeneous Federated
 * Optimization", equations 9 and 10): clients that took more steps do not weigh more. With p_k = n_k / n,
 * s_k = ||a_k||_1 (accumulatedSteps) and the effective steps s = sum_j p_j s_j:
 *
 *   w = w + s sum_k p_k (w_k - w) / s_k
 *
 * The sums that it takes are sum_k (n_k / s_k) (w_k - w), sum_k n_k s_k and n. Where all took the same steps the result
 * is FedAvg's, to within float64's rounding of n_k / s_k.
 */
export const fedNova = defineStrategy(
  z
    .strictObject({ name: nameField("FedNova") })
    .describe("FedAvg normalised by each client's local steps (Wang et al. 2020, arXiv:2007.07481)."),
  () => ({
    reduction: fromSums(
      ({ change, examples, numbers }, { global }) => ({
        parameters: stepped(global, change, examples, (numbers.steps as number) / examples),
        state: {},
      }),
      {
        weight: ({ examples, steps }, { momentum }) => examples / accumulatedSteps(steps, momentum),
        numbers: ({ steps }, { momentum }) => ({ steps: accumulatedSteps(steps, momentum) }),
      },
    ),
  }),
);
