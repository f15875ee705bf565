import { objectInvalid } from "../../errors.ts";
import type { Vectors } from "../../model/vector-shape.ts";
import type { SecretStream } from "../../secret-random.ts";
import { discreteGaussian, type Rational } from "../noise/discrete-gaussian.ts";
import { unclippedShare } from "./adaptive-clip.ts";
import type { ExactSums } from "./clipped-sum.ts";
import { vectorNames } from "./vectors.ts";

/** What may be told of a round's sums, and all that follows from them. */
export interface Released {
  /** The mean change with its noise, float32. */
  readonly mean: Float32Array;
  /** Share of the clients that were short enough, likewise; null where the clip stays as it is. */
  readonly unclipped: number | null;
}

export type Release = (exact: ExactSums) => Released;

/** @param secret streams that nobody else can draw, one for each label, and that are this very round's and set's */
export function withNoise(secret: (label: string) => Pick<SecretStream, "words">): Release {
  return ({ change, unit, deviation, short, cohort }) => {
    const noise = discreteGaussian(change.length, deviation, secret("changes"));
    const mean = Float32Array.from(change, (sum, i) => ((sum + (noise[i] as number)) * unit) / cohort);
    if (!short) return { mean, unclipped: null };
    const [ofCount = 0] = discreteGaussian(1, short.deviation, secret("short changes"));
    return { mean, unclipped: unclippedShare(short.sum + ofCount, cohort) };
  };
}

/**
 * The same as a round has recorded it, for whoever knows the sums but not the key. What lies between the two has to be as long as
 * noise of that deviation is, but for one run in 10^17; that it was drawn of the key, nobody can tell without it.
 * @throws ObjectInvalid where it is longer or shorter
 */
export function asRecorded(state: Vectors): Release {
  return ({ change, unit, deviation, short, cohort }) => {
    const mean = state[vectorNames.mean] ?? new Float32Array(0);
    const noise = change.map((sum, i) => ((mean[i] as number) * cohort) / unit - sum);
    assertNoise("its mean change", noise, deviation);
    if (!short) return { mean, unclipped: null };
    const unclipped = state[vectorNames.unclipped]?.[0] ?? Number.NaN;
    const ofCount = (unclipped - unclippedShare(short.sum, cohort)) / unclippedShareOfUnit(cohort);
    assertNoise("its share of short changes", Float64Array.of(ofCount), short.deviation);
    return { mean, unclipped };
  };
}

const unclippedShareOfUnit = (cohort: number) => unclippedShare(1, cohort) - unclippedShare(0, cohort);

/** -ln of how probable at the most something is that is taken for noise. */
const mostUnlikely = 40;

/**
 * By Chernoff's bound a sum of d squared normal deviates is r d or further from d with probability exp(-d (r - 1 - ln r) / 2) at the
 * most.
 */
function assertNoise(what: string, noise: Float64Array, { numerator, denominator }: Rational): void {
  const sigma = numerator / denominator;
  // whole numbers: each stands for all that are rounded to it, and zero for more than itself
  const squares = noise.reduce((sum, value) => sum + ((Math.abs(value) + 0.5) / sigma) ** 2, 0);
  const d = noise.length;
  const r = squares / d;
  // false for NaN too
  if ((d * (r - 1 - Math.log(r))) / 2 <= mostUnlikely) return;
  throw objectInvalid(
    `${what} is ${Math.sqrt(squares).toPrecision(4)} deviations from what its updates make, and noise of the plan's is about ` +
      `${Math.sqrt(d).toPrecision(4)}`,
  );
}
