import { pointOf } from "./loss.ts";
import type { SampledGaussian } from "./mechanism.ts";

/**
 * Which of two neighbouring data sets has the example. The loss is ln(dM(ours)/dM(theirs)) under M(ours): `remove` has the
 * example in ours, so that x comes from the mixture (1 - q) N(0, sigma^2) + q N(1, sigma^2) and the loss is L(x); with `add` x
 * comes from N(0, sigma^2) and the loss is -L(x).
 */
export type Direction = "remove" | "add";

export const directions: readonly Direction[] = ["remove", "add"];

/** What L(x) is multiplied by to be the loss. */
export const signOf = (direction: Direction) => (direction === "remove" ? 1 : -1);

/** ln of the density under M(ours), where L(x) is `loss`. */
export function logDensity(
  { sigma }: SampledGaussian,
  direction: Direction,
  x: number,
  loss: number,
): number {
  const normal = -Math.log(sigma * Math.sqrt(2 * Math.PI)) - (x / sigma) ** 2 / 2;
  return direction === "remove" ? normal + loss : normal;
}

/** Where the noise is looked at: x from `from` to `to`; on either side lies `outside` at most. */
export interface Truncation {
  readonly from: number;
  readonly to: number;
  readonly outside: number;
}

/** @param outside what may lie on either side, in probability; e^(-r^2 / 2) / 2 bounds the normal tail from r on */
export function truncation({ sigma }: SampledGaussian, outside: number): Truncation {
  const reach = Math.sqrt(-2 * Math.log(2 * outside)) * sigma;
  return { from: -reach, to: 1 + reach, outside };
}

/** The same without losses above the top, where it is known that no more than `outside` is above. */
export function belowTop(
  mechanism: SampledGaussian,
  direction: Direction,
  { from, to, outside }: Truncation,
  top: number,
): Truncation {
  const point = pointOf(mechanism, signOf(direction) * top);
  if (direction === "remove") return { from, to: Math.min(to, Math.max(point, from)), outside };
  return { from: Math.max(from, Math.min(point, to)), to, outside };
}
