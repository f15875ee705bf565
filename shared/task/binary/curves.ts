import { ln } from "../../partition/elementary.ts";
import { bins, countOf, type Histogram } from "./histogram.ts";

/** Examples of two classes by the probability of the positive one. */
export interface Scores {
  readonly positive: Histogram;
  readonly negative: Histogram;
}

interface Auc {
  readonly area: number;
  /** How far the area of the probabilities themselves, before they went into bins, may be from it. */
  readonly within: number;
}

/**
 * The area under the receiver operating characteristic: the share of pairs of a positive and a negative example of which the
 * positive one has the higher bin, equal ones counting half (Mann and Whitney 1947; Hanley and McNeil 1982). Of a pair in one
 * bin nothing says which is higher: the area of the probabilities is within half the share of such pairs. 0.5 where a class
 * has no example.
 */
export function rocAuc({ positive, negative }: Scores): Auc {
  const pairs = countOf(positive) * countOf(negative);
  if (pairs === 0) return { area: 0.5, within: 0.5 };
  let [won, tied, below] = [0, 0, 0];
  for (let bin = 0; bin < bins; bin++) {
    const [p, n] = [positive[bin] as number, negative[bin] as number];
    won += p * below;
    tied += p * n;
    below += n;
  }
  return { area: (won + tied / 2) / pairs, within: tied / 2 / pairs };
}

/** By which sums of shares miss what they would be exactly. */
const rounding = 1e-12;

/**
 * Average precision: the precision at each threshold, from the highest bin on, weighted by the recall that it adds. That is
 * the area under the precision-recall curve without interpolation. 0 where there is no positive example.
 *
 * Over the probabilities themselves it is the mean, over the positive examples, of the precision TP / (TP + FP) where all from
 * an example's probability on are named. Of a bin with p positive and n negative examples, and a positive and b negative
 * ones in higher bins, each of the p has TP <= a + p and FP >= b: they add p (a + p) / (a + p + b) at the most, which they do
 * where they are equal and above all n. The i-th highest has TP >= a + i and FP <= b + n: they add the sum over i of
 * (a + i) / (a + i + b + n) at the least, which they do where they differ and all n are above. No further bound holds for all
 * examples that have these histograms.
 */
export function averagePrecision({ positive, negative }: Scores): Auc {
  const all = countOf(positive);
  if (all === 0) return { area: 0, within: 1 };
  let [right, wrong] = [0, 0];
  let [area, most, least] = [0, 0, 0];
  for (let bin = bins - 1; bin >= 0; bin--) {
    const [p, n] = [positive[bin] as number, negative[bin] as number];
    if (p > 0) {
      const above = right + p;
      area += (p / all) * (above / (above + wrong + n));
      most += (p / all) * (above / (above + wrong));
      least += (p - (wrong + n) * reciprocals(right + wrong + n, p)) / all;
    }
    right += p;
    wrong += n;
  }
  const within = Math.max(most - area, area - least);
  return { area, within: within > rounding ? within : 0 };
}

/** Terms that are added one by one. */
const single = 64;

/**
 * 1 / (after + 1) + ... + 1 / (after + count), or a little more: 1 / k is less than the integral of 1 / x from k - 1/2 to
 * k + 1/2, as 1 / x is convex (Hermite and Hadamard), so that a sum of many terms is less than a logarithm.
 */
function reciprocals(after: number, count: number): number {
  const few = Math.min(count, single);
  let sum = 0;
  for (let k = after + 1; k <= after + few; k++) sum += 1 / k;
  if (count === few) return sum;
  return sum + ln((2 * (after + count) + 1) / (2 * (after + few) + 1));
}

/** What a tenth of the probabilities promises, and what comes true. */
export interface CalibrationPoint {
  /** Whose probability is from tenth / 10 to below (tenth + 1) / 10. */
  readonly examples: number;
  /** Their mean probability, each taken at the middle of its bin, and the share that is positive; null without examples. */
  readonly predicted: number | null;
  readonly observed: number | null;
}

/** The calibration curve: ten points, of the tenths of the probabilities. */
export function calibrationOf({ positive, negative }: Scores): CalibrationPoint[] {
  const width = bins / 10;
  return Array.from({ length: 10 }, (_, tenth) => {
    let [examples, right, promised] = [0, 0, 0];
    for (let bin = tenth * width; bin < (tenth + 1) * width; bin++) {
      const count = (positive[bin] as number) + (negative[bin] as number);
      examples += count;
      right += positive[bin] as number;
      // (bin + 1/2) / bins, in integers until the end
      promised += count * (2 * bin + 1);
    }
    if (examples === 0) return { examples, predicted: null, observed: null };
    return { examples, predicted: promised / (2 * bins * examples), observed: right / examples };
  });
}

/**
 * The expected calibration error (Naeini, Cooper and Hauskrecht 2015, with ten bins): how far the promised and the observed
 * share are apart in the mean, each tenth weighted by its examples. null without examples.
 */
export function calibrationError(points: readonly CalibrationPoint[]): number | null {
  const examples = points.reduce((sum, point) => sum + point.examples, 0);
  if (examples === 0) return null;
  const apart = points.map(
    (point) => point.examples * Math.abs((point.predicted ?? 0) - (point.observed ?? 0)),
  );
  return apart.reduce((sum, one) => sum + one, 0) / examples;
}
