import * as z from "zod";
import { configInvalid } from "../../errors.ts";
import { checkWeights, fittedWeights } from "../class-weights.ts";
import type { Score } from "../score.ts";
import type { TaskKind } from "../task-kind.ts";
import { falseSums } from "./claims.ts";
import {
  accuracy as accuracyOf,
  type ClassificationSums,
  classificationFigures,
  classificationSums,
  contradiction,
  emptySums,
  figuresOfClassification,
  mergeSums,
} from "./evaluation.ts";
import { classificationKernel } from "./kernel.ts";
import { classificationSettings } from "./settings.ts";
import { classificationTally } from "./tally.ts";
import { classificationTfjs } from "./tfjs.ts";
import { classificationEnding, classificationWarnings, classificationWords, majorityLine } from "./words.ts";

const threshold = z.number().gt(0).max(1);

const accuracy: Score<"accuracy", typeof threshold> = {
  name: "accuracy",
  title: "Accuracy",
  noun: "accuracy",
  better: "higher",
  scale: "share",
  threshold,
  pooled(parts) {
    const examples = parts.reduce((sum, part) => sum + part.examples, 0);
    // an accuracy is a quotient of two counts
    return parts.reduce((sum, part) => sum + Math.round(part.score * part.examples), 0) / examples;
  },
};

/** Of a cell of the confusion matrix: a count on a line of its own, or with its comma as JSON stands in JSON. */
const perCell = 24;

/** Which of the data set's classes an example is of. */
export const classification: TaskKind<
  typeof classificationSettings,
  ClassificationSums,
  typeof classificationFigures,
  typeof accuracy
> = {
  name: "classification",
  settings: classificationSettings,
  target: "int32",
  checkData(settings, data) {
    if (data.target) {
      throw configInvalid(
        `task.kind: classification takes classes, and the targets of ${data.name} are numbers; take regression or poisson`,
      );
    }
    checkWeights(settings.classWeights, data);
  },
  fit(settings, data) {
    const classWeights = fittedWeights(settings.classWeights, data);
    return { ...(classWeights && { classWeights: [...classWeights] }) };
  },
  outputs: (_, { classes }) => classes,
  wrongTarget: (label, classes) =>
    label >= 0 && label < classes ? undefined : `label ${label} is not one of ${classes} classes`,
  trainers: { kernel: classificationKernel, tfjs: classificationTfjs },
  sums: classificationSums,
  tally: (_, classes) => classificationTally(classes),
  empty: emptySums,
  merge: mergeSums,
  hasScore: ({ examples }) => examples > 0,
  falseSums,
  targetsOf: ({ confusion }) => confusion.map((row) => row.reduce((sum, count) => sum + count, 0)),
  figures: classificationFigures,
  figuresOf: figuresOfClassification,
  contradiction,
  detailedScore: (examples, { confusion }) => accuracyOf({ examples, confusion }),
  detailBytes: ({ classes }) => perCell * classes ** 2,
  trivial: majorityLine,
  details: () => [],
  warnings: classificationWarnings,
  naming: () => ({ by: "most-probable" }),
  score: accuracy,
  ending: () => classificationEnding,
  words: classificationWords,
};
