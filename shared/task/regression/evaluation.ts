import * as z from "zod";
import { type Evaluation, meanLoss } from "../evaluation.ts";
import { fitsSquares } from "../number-claims.ts";
import type { PlannedExamples } from "../task-kind.ts";

/** What clients send of a model of numbers, in the targets' unit; lossSum is the sum of the squared errors. */
export interface RegressionSums extends Evaluation {
  readonly absoluteErrorSum: number;
  /** Of the targets less the mean of all clients' training targets: their variance is not the difference of large numbers. */
  readonly targetSum: number;
  readonly targetSquareSum: number;
}

export const regressionSums = z.object({
  examples: z.int().nonnegative(),
  lossSum: z.number(),
  absoluteErrorSum: z.number(),
  targetSum: z.number(),
  targetSquareSum: z.number(),
});

/** What records say of a model of numbers. */
export const regressionFigures = z.object({
  /** Root of the mean squared error, in the targets' unit. */
  rmse: z.number(),
  /** Mean squared error. */
  loss: z.number(),
  /** Mean absolute error. */
  mae: z.number(),
  /** 1 - (sum of squared errors) / (sum of squares around the mean of these targets); null where these do not vary. */
  r2: z.number().nullable(),
  /** Deviation of these targets: the error of whoever always says their mean. */
  deviation: z.number(),
});

export type RegressionFigures = z.output<typeof regressionFigures>;

export function emptySums(): RegressionSums {
  return { examples: 0, lossSum: 0, absoluteErrorSum: 0, targetSum: 0, targetSquareSum: 0 };
}

export function mergeSums(one: RegressionSums, other: RegressionSums): RegressionSums {
  return {
    examples: one.examples + other.examples,
    lossSum: one.lossSum + other.lossSum,
    absoluteErrorSum: one.absoluteErrorSum + other.absoluteErrorSum,
    targetSum: one.targetSum + other.targetSum,
    targetSquareSum: one.targetSquareSum + other.targetSquareSum,
  };
}

/** Counts examples one by one, for whichever trainer. */
export class RegressionTally {
  readonly #center: number;
  #absoluteErrorSum = 0;
  #targetSum = 0;
  #targetSquareSum = 0;

  /** @param center the mean of all clients' training targets */
  constructor(center: number) {
    this.#center = center;
  }

  add(error: number, target: number): void {
    const from = target - this.#center;
    this.#absoluteErrorSum += Math.abs(error);
    this.#targetSum += from;
    this.#targetSquareSum += from * from;
  }

  sums({ examples, lossSum }: Evaluation): RegressionSums {
    const [absoluteErrorSum, targetSum] = [this.#absoluteErrorSum, this.#targetSum];
    return { examples, lossSum, absoluteErrorSum, targetSum, targetSquareSum: this.#targetSquareSum };
  }
}

export function figuresOfRegression(sums: RegressionSums): RegressionFigures {
  const { examples, lossSum, absoluteErrorSum, targetSum, targetSquareSum } = sums;
  const loss = meanLoss(sums);
  const around = examples === 0 ? 0 : Math.max(0, targetSquareSum - (targetSum * targetSum) / examples);
  return {
    rmse: Math.sqrt(loss),
    loss,
    mae: examples === 0 ? 0 : absoluteErrorSum / examples,
    r2: around > 0 ? 1 - lossSum / around : null,
    deviation: examples === 0 ? 0 : Math.sqrt(around / examples),
  };
}

export function falseSums(sums: RegressionSums, { examples }: PlannedExamples): string | undefined {
  if (sums.examples !== examples) return `${sums.examples} examples, and is to evaluate ${examples}`;
  const { lossSum, absoluteErrorSum, targetSum, targetSquareSum } = sums;
  if (absoluteErrorSum < 0 || !fitsSquares(examples, absoluteErrorSum, lossSum)) {
    return `at squared errors of ${lossSum}, and its absolute ones are ${absoluteErrorSum}`;
  }
  if (fitsSquares(examples, targetSum, targetSquareSum)) return undefined;
  return `targets that add up to ${targetSum}, and their squares to ${targetSquareSum}`;
}

export function contradiction(_examples: number, figures: RegressionFigures): string | undefined {
  const { rmse, loss, mae } = figures;
  if (rmse !== Math.sqrt(loss)) return "rmse is not the root of the loss";
  return mae > 1.0001 * rmse
    ? "the mean absolute error is larger than the root of the mean square"
    : undefined;
}
