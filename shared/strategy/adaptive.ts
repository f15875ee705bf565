import * as z from "zod";
import { likeModel } from "../model/vector-shape.ts";
import type { Particulars } from "./define.ts";
import { fromSums } from "./reductions.ts";
import { serverLearningRate } from "./settings.ts";

/** The fields that FedAdagrad, FedAdam and FedYogi share. */
export const adaptiveSettings = {
  learningRate: serverLearningRate,
  beta1: (initial: number) =>
    z
      .number()
      .min(0)
      .lt(1)
      .default(initial)
      .describe("Share of the averaged change's running mean m that stays in each round."),
  beta2: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .describe("How slowly the running mean v of the squared change follows it."),
  tau: z
    .number()
    // below this tau^2, with which v starts, would leave float32's full precision
    .min(1e-12)
    .max(1000)
    .default(1e-3)
    .describe("Degree of adaptivity: added to sqrt(v); the larger, the nearer to FedAvgM."),
} as const;

interface Settings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly tau: number;
}

/**
 * The server as an adaptive optimizer (Reddi et al. 2021, "Adaptive Federated Optimization", algorithm 2). With
 * Delta = sum_k (n_k / n) (w_k - w):
 *
 *   m = beta1 m + (1 - beta1) Delta
 *   v = secondMoment(v, Delta^2)
 *   w = w + learningRate m / (sqrt(v) + tau)
 *
 * m starts at 0 and v at tau^2, the least that the algorithm allows. As in the paper there is no bias correction.
 * The step uses m and v before they are rounded to float32 for the next round.
 */
export function adaptive(
  { learningRate, beta1, tau }: Settings,
  secondMoment: (v: number, squared: number) => number,
): Particulars {
  return {
    state: { m: { shape: likeModel, initial: 0 }, v: { shape: likeModel, initial: tau * tau } },
    reduction: fromSums(({ change, examples }, { global, state }) => {
      const [lastM, lastV] = [state.m as Float32Array, state.v as Float32Array];
      const m = new Float32Array(global.length);
      const v = new Float32Array(global.length);
      const parameters = new Float32Array(global.length);
      for (let i = 0; i < global.length; i++) {
        const delta = (change[i] as number) / examples;
        const first = beta1 * (lastM[i] as number) + (1 - beta1) * delta;
        const second = secondMoment(lastV[i] as number, delta * delta);
        m[i] = first;
        v[i] = second;
        parameters[i] = (global[i] as number) + (learningRate * first) / (Math.sqrt(second) + tau);
      }
      return { parameters, state: { m, v } };
    }),
  };
}
