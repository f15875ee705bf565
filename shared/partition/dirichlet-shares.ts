import type { RandomStream } from "../random.ts";
import { exp } from "./elementary.ts";
import { lnGammaVariate } from "./variates.ts";

/**
 * Shares of 1 from the symmetric Dirichlet distribution: independent gamma variates over their sum. The largest is
 * taken out before it is exponentiated, so that the sum is never 0.
 * @param takesPart who gets a share at all; the others get 0, as if conditioned on it
 */
export function dirichletShares(
  alpha: number,
  count: number,
  stream: RandomStream,
  takesPart: (index: number) => boolean = () => true,
): number[] {
  const drawn = Array.from({ length: count }, () => lnGammaVariate(alpha, stream));
  const logs = drawn.map((log, index) => (takesPart(index) ? log : Number.NEGATIVE_INFINITY));
  const largest = logs.reduce((most, log) => Math.max(most, log), Number.NEGATIVE_INFINITY);
  const weights = logs.map((log) => exp(log - largest));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}
