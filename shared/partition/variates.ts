import type { RandomStream } from "../random.ts";
import { ln } from "./elementary.ts";

/** sqrt(2 / e): the half-width of the region that the normal's ratio of uniforms lies in. */
const normalWidth = 0.8577638849607068;

/** Uniform in (0, 1), in steps of 2^-52 and never at an end, so that its logarithm is finite. */
export function openUniform(stream: RandomStream): number {
  return (stream.below(2 ** 26) * 2 ** 26 + stream.below(2 ** 26) + 0.5) * 2 ** -52;
}

/**
 * Standard normal by the ratio of uniforms (Kinderman and Monahan 1977): (u, v) uniform over a rectangle, v / u kept
 * where u^2 <= exp(-(v / u)^2 / 2). It takes a logarithm and no cosine.
 */
export function normal(stream: RandomStream): number {
  for (;;) {
    const u = openUniform(stream);
    const x = (normalWidth * (2 * openUniform(stream) - 1)) / u;
    if (x * x <= -4 * ln(u)) return x;
  }
}

/**
 * The logarithm of a Gamma(shape, 1) variate (Marsaglia and Tsang 2000, "A simple method for generating gamma
 * variables"): with d = shape - 1/3, c = 1 / sqrt(9 d), x normal and v = (1 + c x)^3, d v is taken where
 * ln u < x^2 / 2 + d - d v + d ln v. Below shape 1, a variate of shape + 1 times u^(1 / shape): of small shapes the
 * variate itself would underflow to 0, its logarithm does not.
 */
export function lnGammaVariate(shape: number, stream: RandomStream): number {
  if (shape < 1) return lnGammaVariate(shape + 1, stream) + ln(openUniform(stream)) / shape;
  const d = shape - 1 / 3;
  // a square root is exactly rounded, like the four operations
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(stream);
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root * root * root;
    if (ln(openUniform(stream)) < 0.5 * x * x + d - d * v + d * ln(v)) return ln(d * v);
  }
}
