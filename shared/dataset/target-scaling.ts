import type { TargetScaling } from "../task/fit.ts";
import type { Examples } from "./examples.ts";
import { fitScaling, type Moments, momentsOf } from "./scaling.ts";

/** What a client reports of its training examples' targets: their number, sum and sum of squares. */
export function targetMoments({ y, count }: Pick<Examples, "y" | "count">): Moments {
  return momentsOf({ x: Float32Array.from(y), y, count, features: 1 });
}

/** From the clients' reports alone; targets that never change have deviation 1. The order of the reports changes no bit. */
export function fitTargets(reports: readonly Moments[]): TargetScaling {
  const { mean, deviation } = fitScaling(reports);
  return { mean: mean[0] ?? 0, deviation: deviation[0] ?? 1 };
}
