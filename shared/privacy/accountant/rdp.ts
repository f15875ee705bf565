import { logSumExp } from "./log-sum-exp.ts";
import type { Mechanism, SampledGaussian } from "./mechanism.ts";

/** What a composition tells by Renyi divergence of one order. */
export interface RdpPoint {
  /** Above 1. */
  readonly order: number;
  readonly rdp: number;
}

const tenths = Array.from({ length: 99 }, (_, i) => (11 + i) / 10);
const wholes = Array.from({ length: 53 }, (_, i) => 11 + i);

/** Low ones for weak noise, high ones for strong. */
export const usualOrders: readonly number[] = [1.01, 1.02, 1.05, ...tenths, ...wholes, 128, 256, 512, 1024];

/** Rounds add up, whatever mechanism each has. @returns a point for each order */
export function rdpCurve(
  mechanisms: readonly Mechanism[],
  orders: readonly number[] = usualOrders,
): readonly RdpPoint[] {
  return orders.map((order) => {
    const parts = mechanisms.map((one) => one.steps * sampledGaussianRdp(one, order));
    return { order, rdp: parts.reduce((sum, part) => sum + part, 0) };
  });
}

/**
 * Renyi divergence of the Poisson-sampled Gaussian mechanism, ln(A) / (order - 1) with
 *
 *   A = E[(1 - q + q e^((2x - 1) / (2 sigma^2)))^order], x normal of deviation sigma
 *
 * (Mironov, Talwar, Zhang 2019, "Renyi differential privacy of the sampled Gaussian mechanism", section 3.3). A - 1 is
 * computed as a sum of positive terms, so that the smallest divergences have all their digits, too.
 * @param order above 1
 */
export function sampledGaussianRdp({ q, sigma }: SampledGaussian, order: number): number {
  if (q === 1) return order / (2 * sigma ** 2);
  const excess = Number.isInteger(order) ? wholeExcess(q, sigma, order) : excessAt(q, sigma, order);
  // ln(1 + e^excess)
  const logA = excess > 0 ? excess + Math.log1p(Math.exp(-excess)) : Math.log1p(Math.exp(excess));
  return logA / (order - 1);
}

/** ln(A - 1) = ln sum_{i=2..a} C(a, i) (1 - q)^(a - i) q^i (e^((i^2 - i) / (2 sigma^2)) - 1). */
function wholeExcess(q: number, sigma: number, order: number): number {
  const stay = Math.log1p(-q);
  const take = Math.log(q);
  let binomial = Math.log(order);
  const terms: number[] = [];
  for (let i = 2; i <= order; i++) {
    binomial += Math.log((order - i + 1) / i);
    terms.push(binomial + (order - i) * stay + i * take + logExpm1((i * i - i) / (2 * sigma ** 2)));
  }
  return logSumExp(terms);
}

/** In deviations of the noise: what lies further out than this weighs less than 1e-17 of the whole. */
const reach = 9;

/**
 * ln(A - 1) = ln E[r^a - 1 - a (r - 1)], r the ratio of the densities, whose mean is 1. The integrand is positive and
 * analytic up to pi sigma beside the real line (in deviations), where r is 0, so that the trapezoid rule converges
 * exponentially (Trefethen and Weideman 2014): the error is about e^(-2 pi y / step + y^2 / 2), y that distance.
 */
function excessAt(q: number, sigma: number, order: number): number {
  // at y = 9 the step is as large as it may be
  const y = Math.min(9, Math.PI * sigma);
  const step = Math.min(0.4, (2 * Math.PI * y) / (40 + y ** 2 / 2));
  const to = order / sigma + reach;
  const terms: number[] = [];
  for (let u = -reach; u <= to; u += step) {
    terms.push(logSurplus(q, order, (2 * sigma * u - 1) / (2 * sigma ** 2)) - (u * u) / 2);
  }
  return logSumExp(terms) + Math.log(step / Math.sqrt(2 * Math.PI));
}

/** ln(r^a - 1 - a (r - 1)), where r - 1 = q (e^exponent - 1). */
function logSurplus(q: number, order: number, exponent: number): number {
  const w = exponent < 700 ? q * Math.expm1(exponent) : Number.POSITIVE_INFINITY;
  if (order * Math.abs(w) < 0.5) return Math.log(binomialTail(order, w));
  const loss = w < Number.POSITIVE_INFINITY ? Math.log1p(w) : exponent + Math.log(q);
  const power = order * loss;
  if (power < 1) return Math.log(Math.expm1(power) - order * w);
  return power + Math.log1p((order - 1) * Math.exp(-power) - order * Math.exp(loss - power));
}

/** (1 + w)^a - 1 - a w by the binomial series, for small w. */
function binomialTail(order: number, w: number): number {
  let term = order * w;
  let sum = 0;
  for (let i = 2; i < 60; i++) {
    term *= ((order - i + 1) / i) * w;
    sum += term;
    if (Math.abs(term) <= 1e-18 * sum) break;
  }
  return sum;
}

/** ln(e^x - 1), x > 0. */
function logExpm1(x: number): number {
  return x > 1 ? x + Math.log1p(-Math.exp(-x)) : Math.log(Math.expm1(x));
}
