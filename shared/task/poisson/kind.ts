import * as z from "zod";
import { checkNumbers } from "../numbers-data.ts";
import type { Score } from "../score.ts";
import type { TaskKind } from "../task-kind.ts";
import {
  contradiction,
  emptySums,
  falseSums,
  figuresOfPoisson,
  mergeSums,
  type PoissonSums,
  poissonFigures,
  poissonSums,
} from "./evaluation.ts";
import { poissonKernel, poissonTfjs } from "./objectives.ts";
import { poissonTally } from "./tally.ts";
import { poissonDetails, poissonEnding, poissonWords } from "./words.ts";

const settings = z
  .strictObject({ kind: z.literal("poisson").describe("What the model is to predict.") })
  .describe(
    "A count or a rate for each example, none below 0, by the Poisson deviance: the rate is the mean of all clients' training " +
      "targets times e to the model's output.",
  );

const threshold = z.number().gt(0);

/** There for any examples, and to be pooled from parts: the explained share of the deviance is neither. */
const deviance: Score<"deviance", typeof threshold> = {
  name: "deviance",
  title: "Mean Poisson deviance",
  noun: "mean Poisson deviance",
  better: "lower",
  scale: "number",
  threshold,
  pooled(parts) {
    const examples = parts.reduce((sum, part) => sum + part.examples, 0);
    return parts.reduce((sum, part) => sum + part.examples * part.score, 0) / examples;
  },
};

/** A count or a rate for each example, by the Poisson deviance. */
export const poisson: TaskKind<typeof settings, PoissonSums, typeof poissonFigures, typeof deviance> = {
  name: "poisson",
  settings,
  target: "float32",
  checkData: (_, data) => checkNumbers("poisson", data),
  fit: (_, { targets }) => ({ ...(targets && { targets }) }),
  outputs: () => 1,
  wrongTarget: (target) =>
    target >= 0 && Number.isFinite(target)
      ? undefined
      : `the target ${target} is none that a rate can have: poisson takes 0 and above, regression any number`,
  trainers: { kernel: poissonKernel, tfjs: poissonTfjs },
  sums: poissonSums,
  tally: (fit) => poissonTally(fit),
  empty: emptySums,
  merge: mergeSums,
  hasScore: ({ examples }) => examples > 0,
  falseSums,
  targetsOf: ({ targetSum, targetLogSum }) => [targetSum, targetLogSum],
  figures: poissonFigures,
  figuresOf: figuresOfPoisson,
  contradiction,
  detailedScore: (_, { loss }) => 2 * loss,
  detailBytes: () => 512,
  trivial: ({ devianceOfMean }) => ({
    name: "mean line",
    does: "always the mean of these examples",
    score: devianceOfMean,
  }),
  details: poissonDetails,
  warnings: () => [],
  score: deviance,
  ending: poissonEnding,
  words: poissonWords,
};
