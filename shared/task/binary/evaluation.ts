import * as z from "zod";
import { exp } from "../../partition/elementary.ts";
import { type Evaluation, meanLoss } from "../evaluation.ts";
import { averagePrecision, calibrationOf, rocAuc, type Scores } from "./curves.ts";
import {
  addHistograms,
  binOf,
  bins,
  countOf,
  emptyHistogram,
  readHistogram,
  writeHistogram,
} from "./histogram.ts";
import { bestPoint, pointAt } from "./operating-point.ts";

/** What clients send of a model of two classes: no example's probability, but how many have which. */
export interface BinarySums extends Evaluation, Scores {
  /** Sum over the examples of (p - 1)^2 of positive ones and p^2 of the others, p the positive class' probability. */
  readonly squaredErrorSum: number;
}

const count = z.int().nonnegative();
const histogram = z.array(count).length(bins).readonly();

export const binarySums = z
  .object({
    examples: count,
    lossSum: z.number(),
    squaredErrorSum: z.number(),
    positive: histogram,
    negative: histogram,
  })
  .refine((sums) => sums.examples === countOf(sums.positive) + countOf(sums.negative), {
    message: "the histograms do not count every example once",
  });

const share = z.number();
const written = z.string().refine((text) => readHistogram(text) !== undefined, {
  message: "is no histogram of 1,000 bins",
});

/** Examples of each class by the positive one's probability in thousandths: "37:2 38:5". */
export const writtenScores = z.object({ positive: written, negative: written });

const operatingPoint = z.object({
  threshold: share,
  accuracy: share,
  sensitivity: share.nullable(),
  specificity: share.nullable(),
  precision: share.nullable(),
  f1: share.nullable(),
  balancedAccuracy: share.nullable(),
});

/** What records say of a model of two classes: all of it but loss and Brier score follows from the histograms. */
export const binaryFigures = z.object({
  rocAuc: share,
  /** How far the area of the probabilities themselves may be from that of their thousandths. */
  rocAucWithin: share,
  /** Area under the precision-recall curve: average precision. */
  prAuc: share,
  /** How far the average precision of the probabilities themselves may be from it. */
  prAucWithin: share,
  /** Mean cross-entropy of an example, nats. */
  loss: z.number(),
  /** Mean squared error of the positive class' probability. */
  brier: z.number(),
  positives: count,
  negatives: count,
  /** Accuracy of whoever always names the more frequent class. */
  majority: share,
  /** Where the more probable class is named. */
  atHalf: operatingPoint,
  /** At the thresholds that do best on these very examples, by Youden's index and by F1. */
  youden: operatingPoint,
  mostF1: operatingPoint,
  calibration: z.array(
    z.object({ examples: count, predicted: share.nullable(), observed: share.nullable() }),
  ),
  scores: writtenScores,
});

export type BinaryFigures = z.output<typeof binaryFigures>;

export function emptySums(): BinarySums {
  return {
    examples: 0,
    lossSum: 0,
    squaredErrorSum: 0,
    positive: emptyHistogram(),
    negative: emptyHistogram(),
  };
}

export function mergeSums(one: BinarySums, other: BinarySums): BinarySums {
  return {
    examples: one.examples + other.examples,
    lossSum: one.lossSum + other.lossSum,
    squaredErrorSum: one.squaredErrorSum + other.squaredErrorSum,
    positive: addHistograms(one.positive, other.positive),
    negative: addHistograms(one.negative, other.negative),
  };
}

/** Counts examples one by one, for whichever trainer. */
export class BinaryTally {
  #squaredErrorSum = 0;
  #positive = emptyHistogram();
  #negative = emptyHistogram();

  /** @param logOdds the positive class' output minus the other's */
  add(logOdds: number, isPositive: boolean): void {
    const histogram = isPositive ? this.#positive : this.#negative;
    const bin = binOf(logOdds);
    histogram[bin] = (histogram[bin] as number) + 1;
    // the probability of the class that it is not
    const missed = sigmoid(isPositive ? -logOdds : logOdds);
    this.#squaredErrorSum += missed * missed;
  }

  sums({ examples, lossSum }: Evaluation): BinarySums {
    const [positive, negative] = [this.#positive, this.#negative];
    return { examples, lossSum, squaredErrorSum: this.#squaredErrorSum, positive, negative };
  }
}

/** 1 / (1 + e^-x), to the same bits everywhere. */
function sigmoid(x: number): number {
  return 1 / (1 + exp(Math.min(-x, 709)));
}

export function figuresOfBinary(sums: BinarySums): BinaryFigures {
  const [roc, precision] = [rocAuc(sums), averagePrecision(sums)];
  const [positives, negatives] = [countOf(sums.positive), countOf(sums.negative)];
  const mean = (sum: number) => (sums.examples === 0 ? 0 : sum / sums.examples);
  return {
    rocAuc: roc.area,
    rocAucWithin: roc.within,
    prAuc: precision.area,
    prAucWithin: precision.within,
    loss: meanLoss(sums),
    brier: mean(sums.squaredErrorSum),
    positives,
    negatives,
    majority: mean(Math.max(positives, negatives)),
    atHalf: pointAt(sums, bins / 2),
    youden: bestPoint(sums, "youden"),
    mostF1: bestPoint(sums, "f1"),
    calibration: calibrationOf(sums),
    scores: { positive: writeHistogram(sums.positive), negative: writeHistogram(sums.negative) },
  };
}

/** The histograms that figures hold. */
export function scoresIn({ scores: { positive, negative } }: Pick<BinaryFigures, "scores">): Scores {
  return {
    positive: readHistogram(positive) ?? emptyHistogram(),
    negative: readHistogram(negative) ?? emptyHistogram(),
  };
}

/** What figures over so many examples contradict in themselves: all that follows from the histograms is made again. */
export function contradiction(examples: number, figures: BinaryFigures): string | undefined {
  const { loss, brier } = figures;
  const scores = scoresIn(figures);
  const again = figuresOfBinary({
    ...scores,
    examples,
    lossSum: loss * examples,
    squaredErrorSum: brier * examples,
  });
  if (again.positives + again.negatives !== examples) return "the histograms do not count every example once";
  const wrong = (Object.keys(again) as (keyof BinaryFigures)[]).find(
    (name) =>
      name !== "loss" && name !== "brier" && JSON.stringify(again[name]) !== JSON.stringify(figures[name]),
  );
  return wrong && `${wrong} is not what the histograms make`;
}
