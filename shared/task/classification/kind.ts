import * as z from "zod";
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
import { classificationTfjs } from "./tfjs.ts";
import { classificationEnding, classificationWords } from "./words.ts";

const settings = z
  .strictObject({
    // the task of a configuration that names none
    kind: z
      .literal("classification")
      .optional()
      .default("classification")
      .describe("What the model is to predict."),
  })
  .describe("One of the classes for each example, by softmax and cross-entropy.");

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
  typeof settings,
  ClassificationSums,
  typeof classificationFigures,
  typeof accuracy
> = {
  name: "classification",
  settings,
  target: "int32",
  outputs: (_, { classes }) => classes,
  wrongTarget: (label, classes) =>
    label >= 0 && label < classes ? undefined : `label ${label} is not one of ${classes} classes`,
  trainers: { kernel: classificationKernel, tfjs: classificationTfjs },
  sums: classificationSums,
  empty: emptySums,
  merge: mergeSums,
  falseSums,
  figures: classificationFigures,
  figuresOf: figuresOfClassification,
  contradiction,
  detailedScore: (examples, { confusion }) => accuracyOf({ examples, confusion }),
  detailBytes: ({ classes }) => perCell * classes ** 2,
  score: accuracy,
  ending: classificationEnding,
  words: classificationWords,
};
