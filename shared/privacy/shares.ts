import type { Config } from "../config/schema.ts";
import { normOf } from "../metrics/drift.ts";
import type { Rational } from "./noise/discrete-gaussian.ts";

/** A round's sum of what its clients have sent, with their noise. */
export interface OpenedSum {
  readonly round: number;
  /** Whole units, flat by the model's layout. */
  readonly units: Float64Array;
  /** How many clients it is over, and how many examples these train with. */
  readonly updates: number;
  readonly examples: number;
}

/**
 * How many clients' shares have together all the noise of a sum: as many as every opened sum is over at least, without those that
 * collude. null where clients add no noise together.
 */
export function sharesOfAll({ privacy, federation }: Pick<Config, "privacy" | "federation">): number | null {
  if (privacy.unit === "none" || privacy.noise !== "distributed") return null;
  return federation.secureAggregation.minimumCohort - privacy.colluding;
}

/**
 * The deviation of a client's share.
 * @param deviation of all the noise
 * @throws RangeError where the clients of the run add no noise together
 */
export function shareOf(config: Pick<Config, "privacy" | "federation">, deviation: number): number {
  const shares = sharesOfAll(config);
  // check.ts sees to it that some are left
  if (shares === null || shares <= 0) throw new RangeError("this run's clients add no noise together");
  return deviation / Math.sqrt(shares);
}

/**
 * What the variance of a sum's noise is of the variance that it takes: more than one where a sum is over more clients than it has
 * to be, or where some of them may collude. 1 where each client adds all of the noise.
 * @param clients that a sum is over
 */
export function sharesOf(config: Pick<Config, "privacy" | "federation">, clients: number): number {
  return clients / (sharesOfAll(config) ?? clients);
}

/**
 * What is wrong with a sum: that it is longer than the clients can have made it who do as they should. undefined where nothing is.
 * @param most that it is long without noise, in units
 * @param what it is of: what they are called, in the plural
 */
export function beyondHonest(
  { units, updates }: Pick<OpenedSum, "units" | "updates">,
  { share, unit }: { readonly share: Rational; readonly unit: number },
  most: number,
  [summed, honest]: readonly [summed: string, honest: string],
): string | undefined {
  const deviation = share.numerator / share.denominator;
  // of so many normal numbers the length passes the root of their number by twelve once in 10^30 times
  const longest = most + deviation * Math.sqrt(updates) * (Math.sqrt(units.length) + 12);
  const norm = normOf(units);
  if (norm <= longest) return undefined;
  return `its summed ${summed} have norm ${norm * unit}, and ${honest} ones with their noise have at most ${longest * unit}`;
}
