import { minimize } from "./minimize.ts";
import type { RdpPoint } from "./rdp.ts";

export interface RdpEpsilon {
  readonly epsilon: number;
  /** At which it is the least. */
  readonly order: number;
}

/**
 * The least epsilon that a curve of Renyi divergences promises (Canonne, Kamath, Steinke 2020, "The discrete Gaussian for
 * differential privacy", proposition 12):
 *
 *   epsilon = r + ln(1 - 1/a) - ln(delta a) / (a - 1)
 *
 * and 0 where the total variation that r allows is below delta (Bretagnolle and Huber: TV^2 <= 1 - e^-r). The formula of 2017,
 * r - ln(delta) / (a - 1), which many statements have, is larger by up to one.
 */
export function rdpToEpsilon(curve: readonly RdpPoint[], delta: number): RdpEpsilon {
  let best: RdpEpsilon = { epsilon: Number.POSITIVE_INFINITY, order: Number.NaN };
  for (const { order, rdp } of curve) {
    const epsilon = epsilonAt(order, rdp, delta);
    if (epsilon < best.epsilon) best = { epsilon, order };
  }
  return best;
}

function epsilonAt(order: number, rdp: number, delta: number): number {
  if (delta ** 2 + Math.expm1(-rdp) > 0) return 0;
  return Math.max(0, rdp + Math.log1p(-1 / order) - Math.log(delta * order) / (order - 1));
}

/** rho of zero-concentrated privacy, at every order a divergence of rho a: Gaussian noise without sampling has 1/(2 sigma^2) a round. */
export function zcdpToEpsilon(rho: number, delta: number): number {
  const at = (x: number) => epsilonAt(1 + Math.exp(x), rho * (1 + Math.exp(x)), delta);
  return at(minimize(at, -30, 60));
}
