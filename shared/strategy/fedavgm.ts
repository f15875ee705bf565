import * as z from "zod";
import { likeModel } from "../model/vector-shape.ts";
import { defineStrategy } from "./define.ts";
import { fromSums } from "./reductions.ts";
import { nameField, serverLearningRate } from "./settings.ts";

/**
 * FedAvg with momentum at the server (Hsu, Qi and Brown 2019, "Measuring the Effects of Non-Identical Data
 * Distribution for Federated Visual Classification", section 4.3). With Delta = sum_k (n_k / n) (w - w_k):
 *
 *   v = momentum v + Delta
 *   w = w - learningRate v
 *
 * The paper's own step has learningRate 1. The step uses v before v is rounded to float32 for the next round.
 */
export const fedAvgM = defineStrategy(
  z
    .strictObject({
      name: nameField("FedAvgM"),
      momentum: z
        .number()
        .min(0)
        .lt(1)
        .default(0.9)
        .describe("Share of the server's last step that joins the next one."),
      learningRate: serverLearningRate(1),
    })
    .describe("FedAvg with momentum at the server (Hsu et al. 2019, arXiv:1909.06335)."),
  ({ momentum, learningRate }) => ({
    state: { velocity: { shape: likeModel, initial: 0 } },
    reduction: fromSums(({ change, examples }, { global, state }) => {
      const last = state.velocity as Float32Array;
      const velocity = new Float32Array(global.length);
      const parameters = new Float32Array(global.length);
      for (let i = 0; i < global.length; i++) {
        const v = momentum * (last[i] as number) - (change[i] as number) / examples;
        velocity[i] = v;
        parameters[i] = (global[i] as number) - learningRate * v;
      }
      return { parameters, state: { velocity } };
    }),
  }),
);
