import * as z from "zod";
import { ln } from "../../partition/elementary.ts";
import { type Evaluation, meanLoss } from "../evaluation.ts";
import { fitsSquares } from "../number-claims.ts";
import type { PlannedExamples } from "../task-kind.ts";

/** What clients send of a model of rates; lossSum is half the Poisson deviance. */
export interface PoissonSums extends Evaluation {
  readonly absoluteErrorSum: number;
  readonly squaredErrorSum: number;
  /** Of the targets, of target x ln target, and of the rates. */
  readonly targetSum: number;
  readonly targetLogSum: number;
  readonly rateSum: number;
}

export const poissonSums = z.object({
  examples: z.int().nonnegative(),
  lossSum: z.number(),
  absoluteErrorSum: z.number(),
  squaredErrorSum: z.number(),
  targetSum: z.number(),
  targetLogSum: z.number(),
  rateSum: z.number(),
});

/** What records say of a model of rates. */
export const poissonFigures = z.object({
  /** Mean Poisson deviance: 2 (y ln(y / rate) - (y - rate)) of an example. */
  deviance: z.number(),
  /** Half of it. */
  loss: z.number(),
  /** Share of the deviance of whoever always says the mean that the model explains; null where the targets do not vary. */
  d2: z.number().nullable(),
  mae: z.number(),
  mse: z.number(),
  /** Of the evaluated examples, and what the model says of them. */
  meanTarget: z.number(),
  meanRate: z.number(),
  /** Mean deviance of whoever always says the mean of these targets. */
  devianceOfMean: z.number(),
});

export type PoissonFigures = z.output<typeof poissonFigures>;

export function emptySums(): PoissonSums {
  return {
    ...{ examples: 0, lossSum: 0, absoluteErrorSum: 0, squaredErrorSum: 0 },
    ...{ targetSum: 0, targetLogSum: 0, rateSum: 0 },
  };
}

export function mergeSums(one: PoissonSums, other: PoissonSums): PoissonSums {
  return {
    examples: one.examples + other.examples,
    lossSum: one.lossSum + other.lossSum,
    absoluteErrorSum: one.absoluteErrorSum + other.absoluteErrorSum,
    squaredErrorSum: one.squaredErrorSum + other.squaredErrorSum,
    targetSum: one.targetSum + other.targetSum,
    targetLogSum: one.targetLogSum + other.targetLogSum,
    rateSum: one.rateSum + other.rateSum,
  };
}

/** y ln y, which goes to 0 with y; to the same bits everywhere. */
export const timesLog = (y: number): number => (y > 0 ? y * ln(y) : 0);

/** Counts examples one by one, for whichever trainer. */
export class PoissonTally {
  readonly #sums = { ...emptySums() } as { -readonly [Name in keyof PoissonSums]: number };

  add(rate: number, target: number): void {
    const sums = this.#sums;
    const error = rate - target;
    sums.absoluteErrorSum += Math.abs(error);
    sums.squaredErrorSum += error * error;
    sums.targetSum += target;
    sums.targetLogSum += timesLog(target);
    sums.rateSum += rate;
  }

  sums(evaluation: Evaluation): PoissonSums {
    return { ...this.#sums, ...evaluation };
  }
}

export function figuresOfPoisson(sums: PoissonSums): PoissonFigures {
  const { examples, lossSum, targetSum, targetLogSum } = sums;
  const mean = (sum: number) => (examples === 0 ? 0 : sum / examples);
  const loss = meanLoss(sums);
  // the mean's: its errors add up to nothing
  const ofMean = Math.max(0, targetLogSum - (targetSum > 0 ? targetSum * ln(targetSum / examples) : 0));
  return {
    deviance: 2 * loss,
    loss,
    d2: ofMean > 0 ? 1 - lossSum / ofMean : null,
    mae: mean(sums.absoluteErrorSum),
    mse: mean(sums.squaredErrorSum),
    meanTarget: mean(targetSum),
    meanRate: mean(sums.rateSum),
    devianceOfMean: 2 * mean(ofMean),
  };
}

/** What rounding may leave of a sum that is exactly at its bound, beside the sum of what it is made of. */
const rounding = 1e-4;

export function falseSums(sums: PoissonSums, { examples }: PlannedExamples): string | undefined {
  if (sums.examples !== examples) return `${sums.examples} examples, and is to evaluate ${examples}`;
  const { lossSum, absoluteErrorSum, squaredErrorSum, targetSum, rateSum } = sums;
  if (targetSum < 0 || rateSum < 0 || absoluteErrorSum < 0) return "a negative sum of what is not negative";
  const slack = rounding * (targetSum + rateSum);
  if (lossSum < -slack) return `at a summed loss of ${lossSum}, and a deviance is not negative`;
  if (!fitsSquares(examples, absoluteErrorSum, squaredErrorSum)) {
    return `at squared errors of ${squaredErrorSum}, and its absolute ones are ${absoluteErrorSum}`;
  }
  if (Math.abs(rateSum - targetSum) <= absoluteErrorSum + slack) return undefined;
  return `rates that add up to ${rateSum} for targets of ${targetSum}, and its absolute errors are ${absoluteErrorSum}`;
}

export function contradiction(_examples: number, figures: PoissonFigures): string | undefined {
  const { deviance, loss, mae, mse } = figures;
  if (deviance !== 2 * loss) return "the deviance is not twice the loss";
  return mae * mae > 1.0001 * mse ? "the mean absolute error is larger than its square allows" : undefined;
}
