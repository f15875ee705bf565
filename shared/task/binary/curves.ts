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

/**
 * Average precision: the precision at each threshold, from the highest bin on, weighted by the recall that it adds. That is
 * the area under the precision-recall curve without interpolation. 0 where there is no positive example.
 */
export function averagePrecision({ positive, negative }: Scores): number {
  const all = countOf(positive);
  let [right, named, area] = [0, 0, 0];
  for (let bin = bins - 1; bin >= 0; bin--) {
    const p = positive[bin] as number;
    right += p;
    named += p + (negative[bin] as number);
    if (p > 0) area += (p / all) * (right / named);
  }
  return area;
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
