import type { Composition } from "./composition.ts";

/** The losses that lie above a place of the grid, as they count to delta there. */
interface Above {
  /** Loss at the place. */
  readonly loss: number;
  /** delta(loss) = sum over the losses above of mass (1 - e^(loss - l)), and what is infinite. */
  readonly delta: number;
  /** Sum over the losses from here on of mass e^(loss - l): how fast delta grows below. */
  readonly slope: number;
}

/** From the highest loss to the lowest; every term is positive, so that no digits are lost. */
function* fromAbove({ step, lowest, sums, tilt, logScale, infinite }: Composition): Generator<Above> {
  const decay = Math.exp(-step);
  const growth = -Math.expm1(-step);
  let [delta, slope] = [infinite, 0];
  for (let i = sums.length - 1; i >= 0; i--) {
    const loss = (lowest + i) * step;
    delta += growth * slope;
    slope = decay * slope + (sums[i] as number) * Math.exp(logScale - tilt * loss);
    yield { loss, delta, slope };
  }
}

/** The epsilon at which delta is what is given, at least 0. */
export function epsilonAt(composition: Composition, delta: number): number {
  let above: Above | undefined;
  for (const here of fromAbove(composition)) {
    if (here.delta >= delta) break;
    above = here;
  }
  if (!above) return Number.POSITIVE_INFINITY;
  // between two places delta(epsilon) = delta(loss) + slope (1 - e^(epsilon - loss))
  const share = (delta - above.delta) / above.slope;
  return Math.max(0, above.loss + (share < 1 ? Math.log1p(-share) : Number.NEGATIVE_INFINITY));
}

/** The delta that goes with an epsilon, at most 1. */
export function deltaAt(composition: Composition, epsilon: number): number {
  let above: Above | undefined;
  for (const here of fromAbove(composition)) {
    if (here.loss < epsilon) break;
    above = here;
  }
  if (!above) return composition.infinite;
  return Math.min(1, above.delta - above.slope * Math.expm1(epsilon - above.loss));
}
