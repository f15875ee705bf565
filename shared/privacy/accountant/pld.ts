import { compose, isTooCoarse } from "./composition.ts";
import { type Direction, directions } from "./direction.ts";
import { gaussianDelta, gaussianEpsilon } from "./gaussian.ts";
import { checkDelta, checkMechanism, type Mechanism, merged } from "./mechanism.ts";
import { deltaAt, epsilonAt } from "./profile.ts";

/**
 * The epsilon that goes with a delta by the privacy loss distribution of a composition of Poisson-sampled Gaussian mechanisms,
 * where neighbours have one example more or less: an upper bound, larger than the least by about 5e-5 of itself (by more where the
 * steps are many and epsilon is in the thousands). Mechanisms without sampling alone have the closed form.
 * @throws PrivacyInvalid
 */
export function pldEpsilon(mechanisms: readonly Mechanism[], delta: number): number {
  for (const one of mechanisms) checkMechanism(one);
  checkDelta(delta);
  const parts = merged(mechanisms);
  const mu = gaussianAlone(parts);
  if (mu !== undefined) return gaussianEpsilon(mu, delta);
  return Math.max(...directions.map((direction) => epsilonIn(parts, direction, delta)));
}

function epsilonIn(parts: readonly Mechanism[], direction: Direction, delta: number): number {
  const composition = compose(parts, direction, { delta });
  if ("bound" in composition) return composition.bound;
  const epsilon = epsilonAt(composition, delta);
  if (!isTooCoarse(composition, epsilon)) return epsilon;
  const finer = compose(parts, direction, { delta }, epsilon);
  return "bound" in finer ? finer.bound : epsilonAt(finer, delta);
}

/**
 * The delta that goes with an epsilon of 0 or more, by the same means; 1e-40 stands for all that is less.
 * @throws PrivacyInvalid
 */
export function pldDelta(mechanisms: readonly Mechanism[], epsilon: number): number {
  for (const one of mechanisms) checkMechanism(one);
  const parts = merged(mechanisms);
  const mu = gaussianAlone(parts);
  if (mu !== undefined) return gaussianDelta(mu, epsilon);
  const found = directions.map((direction) => {
    const composition = compose(parts, direction, { epsilon });
    return "bound" in composition ? composition.bound : deltaAt(composition, epsilon);
  });
  return Math.max(...found);
}

/** sqrt(steps) / sigma where there is nothing but one Gaussian mechanism without sampling. */
function gaussianAlone(parts: readonly Mechanism[]): number | undefined {
  const [first, ...others] = parts;
  return first?.q === 1 && others.length === 0 ? Math.sqrt(first.steps) / first.sigma : undefined;
}
