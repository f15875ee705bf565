import type { Config } from "../config/schema.ts";
import type { FilledFeature } from "../schema/encode.ts";
import { addExactly, sumInOrderOfSize } from "./compensated-sum.ts";
import type { Examples } from "./examples.ts";

/** What one client reports so that all can scale alike: of each feature, and never an example. */
export interface Moments {
  readonly count: number;
  /** Sum of the values, and of their squares, of each feature. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** (x - mean) / deviation, feature by feature: the scaled values of the whole have mean 0 and deviation 1. */
export interface Scaling {
  readonly mean: readonly number[];
  /** Above 0. */
  readonly deviation: readonly number[];
  /** Places of each feature whose gaps, which stand as 0, take its mean (as float32), and of the feature that is 1 there. */
  readonly filled?: readonly FilledFeature[] | undefined;
}

/**
 * Below this share of the mean square, a variance is what rounding leaves of a constant: the sums' relative errors of
 * a few 2^-53 remain when the mean's square is taken off. float32, in which examples are kept, has steps of 2^-24.
 */
const constantShare = 2 ** -49;

/** Whether examples are scaled: bytes already lie in 0 ... 1, tables have units of their own. */
export function isScaled(setting: Config["dataset"]["scaling"], { x }: Examples): boolean {
  return setting === "standard" || (setting === "auto" && x instanceof Float32Array);
}

/** Of the examples that a client trains on; those that it holds out must not enter. */
export function momentsOf({ x, count, features }: Examples): Moments {
  const unit = x instanceof Uint8Array ? 255 : 1;
  const sums = new Float64Array(features);
  const squares = new Float64Array(features);
  const lost = { sums: new Float64Array(features), squares: new Float64Array(features) };
  for (let row = 0, at = 0; row < count; row++) {
    for (let feature = 0; feature < features; feature++, at++) {
      const value = (x[at] as number) / unit;
      addExactly(sums, lost.sums, feature, value);
      addExactly(squares, lost.squares, feature, value * value);
    }
  }
  return { count, sums, squares };
}

/**
 * Mean and deviation of all examples from the clients' reports alone: with the sums s and q of values and squares over
 * n examples, mean = s / n and variance = q / n - mean^2 (the population's). A feature that never changes gets
 * deviation 1. The order of the reports changes no bit.
 * @param filled features whose gaps take their mean: it is that of the others, and so is the variance, of which the gaps add
 * nothing to the whole's
 */
export function fitScaling(reports: readonly Moments[], filled: readonly FilledFeature[] = []): Scaling {
  const features = reports[0]?.sums.length ?? 0;
  const n = reports.reduce((sum, { count }) => sum + count, 0);
  const indicators = new Map(filled);
  const total = (of: keyof Omit<Moments, "count">, feature: number) =>
    sumInOrderOfSize(reports.map((report) => report[of][feature] as number));
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let feature = 0; feature < features; feature++) {
    const indicator = indicators.get(feature);
    // where all of it are gaps, whatever it is divided by
    const present = Math.max(1, n - (indicator === undefined ? 0 : total("sums", indicator)));
    const center = total("sums", feature) / present;
    const square = total("squares", feature) / present;
    const variance = square - center * center;
    mean.push(center);
    deviation.push(variance > constantShare * square ? Math.sqrt(variance * (present / n)) : 1);
  }
  return { mean, deviation, ...(filled.length > 0 && { filled: [...filled] }) };
}

/** The scaled examples, as floats; the given ones stay as they are. */
export function applyScaling(examples: Examples, { mean, deviation, filled = [] }: Scaling): Examples {
  const { x, count, features } = examples;
  const unit = x instanceof Uint8Array ? 255 : 1;
  const scaled = new Float32Array(count * features);
  for (let row = 0, at = 0; row < count; row++) {
    for (let feature = 0; feature < features; feature++, at++) {
      scaled[at] = ((x[at] as number) / unit - (mean[feature] as number)) / (deviation[feature] as number);
    }
    const first = row * features;
    for (const [value, indicator] of filled) {
      if (x[first + indicator] !== 1) continue;
      const center = mean[value] as number;
      scaled[first + value] = (Math.fround(center) - center) / (deviation[value] as number);
    }
  }
  return { ...examples, x: scaled };
}
