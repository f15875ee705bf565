import type { SampledGaussian } from "./mechanism.ts";

/**
 * L(x) = ln(1 - q + q e^((2x - 1) / (2 sigma^2))): how much more likely the answer x is with the example than without, the
 * privacy loss of the Poisson-sampled Gaussian. It grows with x.
 */
export function lossAt({ q, sigma }: SampledGaussian, x: number): number {
  const exponent = (2 * x - 1) / (2 * sigma ** 2);
  if (q === 1) return exponent;
  if (exponent > 700) return exponent + Math.log(q);
  // near -1 the logarithm of 1 + ... has no digits left
  if (q > 0.5 && exponent < -1) return Math.log(1 - q + q * Math.exp(exponent));
  return Math.log1p(q * Math.expm1(exponent));
}

/** The x at which the loss is that; -Infinity where it never is so low. */
export function pointOf({ q, sigma }: SampledGaussian, loss: number): number {
  return sigma ** 2 * exponentOf(q, loss) + 0.5;
}

function exponentOf(q: number, loss: number): number {
  if (q === 1) return loss;
  if (loss > 1) return loss - Math.log(q) + Math.log1p((q - 1) * Math.exp(-loss));
  if (q > 0.5 && loss < -0.5) {
    const rest = Math.exp(loss) - (1 - q);
    return rest > 0 ? Math.log(rest / q) : Number.NEGATIVE_INFINITY;
  }
  const share = Math.expm1(loss) / q;
  return share > -1 ? Math.log1p(share) : Number.NEGATIVE_INFINITY;
}
