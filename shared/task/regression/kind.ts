import * as z from "zod";
import { checkNumbers } from "../numbers-data.ts";
import type { Score } from "../score.ts";
import type { TaskKind } from "../task-kind.ts";
import {
  contradiction,
  emptySums,
  falseSums,
  figuresOfRegression,
  mergeSums,
  type RegressionSums,
  regressionFigures,
  regressionSums,
} from "./evaluation.ts";
import { regressionKernel, regressionTfjs } from "./objectives.ts";
import { regressionSettings } from "./settings.ts";
import { regressionTally } from "./tally.ts";
import { regressionDetails, regressionEnding, regressionWords } from "./words.ts";

const threshold = z.number().gt(0);

/** In the targets' unit, there for any examples, and to be pooled from parts: R squared is neither. */
const rmse: Score<"rmse", typeof threshold> = {
  name: "rmse",
  title: "RMSE",
  noun: "RMSE",
  better: "lower",
  scale: "number",
  threshold,
  pooled(parts) {
    const examples = parts.reduce((sum, part) => sum + part.examples, 0);
    return Math.sqrt(parts.reduce((sum, part) => sum + part.examples * part.score ** 2, 0) / examples);
  },
};

/** A number for each example, by the squared error. */
export const regression: TaskKind<
  typeof regressionSettings,
  RegressionSums,
  typeof regressionFigures,
  typeof rmse
> = {
  name: "regression",
  settings: regressionSettings,
  target: "float32",
  checkData: (_, data) => checkNumbers("regression", data),
  fit: (_, { targets }) => ({ ...(targets && { targets }) }),
  outputs: () => 1,
  wrongTarget: (target) => (Number.isFinite(target) ? undefined : `the target ${target} is no number`),
  trainers: { kernel: regressionKernel, tfjs: regressionTfjs },
  sums: regressionSums,
  tally: (fit) => regressionTally(fit),
  empty: emptySums,
  merge: mergeSums,
  hasScore: ({ examples }) => examples > 0,
  falseSums,
  targetsOf: ({ targetSum, targetSquareSum }) => [targetSum, targetSquareSum],
  figures: regressionFigures,
  figuresOf: figuresOfRegression,
  contradiction,
  detailedScore: (_, { loss }) => Math.sqrt(loss),
  detailBytes: () => 256,
  trivial: ({ deviation }) => ({
    name: "mean line",
    does: "always the mean of these examples",
    score: deviation,
  }),
  details: regressionDetails,
  warnings: () => [],
  score: rmse,
  ending: regressionEnding,
  words: regressionWords,
};
