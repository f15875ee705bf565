import type { Scores } from "./curves.ts";
import { bins, countOf } from "./histogram.ts";

/** What a model does where every probability from a threshold on is named positive. */
export interface OperatingPoint {
  /** A whole number of thousandths. */
  readonly threshold: number;
  readonly accuracy: number;
  /** Share of the positive examples that are named so, and of the negative ones; null where there is none. */
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  /** Share of those named positive that are; null where none is named so. */
  readonly precision: number | null;
  /** 2 TP / (2 TP + FP + FN); null where nothing is positive, nor named so. */
  readonly f1: number | null;
  /** Mean of sensitivity and specificity. */
  readonly balancedAccuracy: number | null;
}

/** By which rule a threshold is chosen. */
export const thresholdRules = ["youden", "f1"] as const;
export type ThresholdRule = (typeof thresholdRules)[number];

/** @param step the threshold in thousandths, 0 ... 1,000 */
export function pointAt(scores: Scores, step: number): OperatingPoint {
  const { positive, negative } = scores;
  const [truePositive, falsePositive] = [countOf(positive.slice(step)), countOf(negative.slice(step))];
  const [positives, negatives] = [countOf(positive), countOf(negative)];
  return pointOf({ truePositive, falsePositive, positives, negatives }, step);
}

/**
 * The threshold that does best by a rule over all that are counted; of equally good ones the one nearest to 0.5.
 * youden: the most sensitivity + specificity - 1 (Youden 1950); f1: the largest F1.
 */
export function bestPoint(scores: Scores, rule: ThresholdRule): OperatingPoint {
  const [positives, negatives] = [countOf(scores.positive), countOf(scores.negative)];
  let [truePositive, falsePositive] = [0, 0];
  let best = { step: bins, value: merits[rule]({ truePositive, falsePositive, positives, negatives }) };
  for (let step = bins - 1; step >= 0; step--) {
    truePositive += scores.positive[step] as number;
    falsePositive += scores.negative[step] as number;
    const value = merits[rule]({ truePositive, falsePositive, positives, negatives });
    const nearer = Math.abs(step - bins / 2) < Math.abs(best.step - bins / 2);
    if (value > best.value || (value === best.value && nearer)) best = { step, value };
  }
  return pointAt(scores, best.step);
}

interface Counts {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly positives: number;
  readonly negatives: number;
}

/** Larger is better; equal for equally good ones, to the bit. */
const merits: Readonly<Record<ThresholdRule, (counts: Counts) => number>> = {
  youden: ({ truePositive, falsePositive, positives, negatives }) =>
    truePositive * negatives - falsePositive * positives,
  f1: ({ truePositive, falsePositive, positives }) =>
    positives === 0 ? 0 : (2 * truePositive) / (truePositive + falsePositive + positives),
};

function pointOf(
  { truePositive, falsePositive, positives, negatives }: Counts,
  step: number,
): OperatingPoint {
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  const sensitivity = share(truePositive, positives);
  const specificity = share(negatives - falsePositive, negatives);
  return {
    threshold: step / bins,
    accuracy: share(truePositive + negatives - falsePositive, positives + negatives) ?? 0,
    sensitivity,
    specificity,
    precision: share(truePositive, truePositive + falsePositive),
    f1: share(2 * truePositive, truePositive + falsePositive + positives),
    balancedAccuracy: sensitivity === null || specificity === null ? null : (sensitivity + specificity) / 2,
  };
}
