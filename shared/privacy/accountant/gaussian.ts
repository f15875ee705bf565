import { bracket } from "./bracket.ts";
import { integral } from "./quadrature.ts";

/**
 * delta of the Gaussian mechanism without sampling, exactly (Balle and Wang 2018, "Improving the Gaussian mechanism for
 * differential privacy", theorem 8): Phi(-a) - e^epsilon Phi(-b) with a = epsilon/mu - mu/2 and b = a + mu. As one integral of
 * positive terms,
 *
 *   the integral over t > 0 of phi(a + t) (1 - e^(-mu t)),
 *
 * no digits are lost in the tails, where the difference of the two has none.
 * @param mu sensitivity over deviation: sqrt(steps) / sigma
 */
export function gaussianDelta(mu: number, epsilon: number): number {
  const a = epsilon / mu - mu / 2;
  const from = Math.max(0, -a - reach);
  const to = Math.min(Math.sqrt(a * a + reach ** 2) - a, Math.max(0, -a) + reach);
  // t = from + (to - from) s^3, since e^(-mu t) may fall much faster than phi
  const term = (s: number) => {
    const t = from + (to - from) * s ** 3;
    return -Math.exp(-((a + t) ** 2) / 2) * Math.expm1(-mu * t) * 3 * s * s;
  };
  return Math.min(1, ((to - from) * integral(term, 0, 1, 100)) / Math.sqrt(2 * Math.PI));
}

/** In deviations; beyond it lies less than 1e-20 of what is asked for. */
const reach = 9.5;

/** The least epsilon, at least 0, at which delta is no more than that. */
export function gaussianEpsilon(mu: number, delta: number): number {
  if (gaussianDelta(mu, 0) <= delta) return 0;
  // delta <= Phi(-a) <= e^(-a^2 / 2)
  const enough = (mu * mu) / 2 + mu * Math.sqrt(-2 * Math.log(delta));
  const [, above] = bracket((epsilon) => gaussianDelta(mu, epsilon) > delta, 0, enough);
  return above;
}
