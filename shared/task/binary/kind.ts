import * as z from "zod";
import { configInvalid } from "../../errors.ts";
import { calledClasses } from "../called-classes.ts";
import { checkWeights, fittedWeights } from "../class-weights.ts";
import { classificationEnding } from "../classification/words.ts";
import type { Score } from "../score.ts";
import type { TaskKind } from "../task-kind.ts";
import { falseSums } from "./claims.ts";
import { rocAuc as rocAucOf } from "./curves.ts";
import {
  type BinarySums,
  binaryFigures,
  binarySums,
  contradiction,
  emptySums,
  figuresOfBinary,
  mergeSums,
  scoresIn,
} from "./evaluation.ts";
import { countOf } from "./histogram.ts";
import { binaryKernel } from "./kernel.ts";
import { binaryPooling } from "./pooling.ts";
import { positiveOf } from "./positive.ts";
import { binarySettings } from "./settings.ts";
import { binaryTally } from "./tally.ts";
import { binaryTfjs } from "./tfjs.ts";
import { binaryDetails, binaryWarnings, binaryWords, chosenBy, chosenPoint } from "./words.ts";

const threshold = z.number().gt(0).max(1);

/** Scores of parts do not tell that of their union: which of two examples of different parts is higher, none of them knows. */
const rocAuc: Score<"rocAuc", typeof threshold> = {
  name: "rocAuc",
  title: "ROC AUC",
  noun: "ROC AUC",
  better: "higher",
  scale: "number",
  threshold,
};

/** Of the bins that have any: in sums two lists of counts, in figures "bin:count " of each; and the points beside them. */
const detailBytes = 2 * 1_000 * 24 + 2 ** 13;

/** Which of two classes an example is of, and how probably. */
export const binary: TaskKind<typeof binarySettings, BinarySums, typeof binaryFigures, typeof rocAuc> = {
  name: "binary",
  settings: binarySettings,
  target: "int32",
  checkData(settings, data) {
    const { name, classes } = data;
    if (data.target || classes !== 2) {
      const has = data.target ? "numbers as targets" : `${classes} classes`;
      const instead = data.target ? "regression or poisson" : "classification";
      throw configInvalid(
        `task.kind: binary takes data of two classes, and ${name} has ${has}; take ${instead}`,
      );
    }
    positiveOf(settings, data);
    checkWeights(settings.classWeights, data);
  },
  fit(settings, data) {
    const classWeights = fittedWeights(settings.classWeights, data);
    return { positive: positiveOf(settings, data), ...(classWeights && { classWeights: [...classWeights] }) };
  },
  outputs: () => 2,
  wrongTarget: (label) => (label === 0 || label === 1 ? undefined : `label ${label} is not one of 2 classes`),
  trainers: { kernel: binaryKernel, tfjs: binaryTfjs },
  sums: binarySums,
  tally: ({ positive = 1 }) => binaryTally(positive),
  empty: emptySums,
  merge: mergeSums,
  hasScore: ({ positive, negative }) => countOf(positive) > 0 && countOf(negative) > 0,
  falseSums,
  targetsOf: ({ positive, negative }) => [countOf(positive), countOf(negative)],
  figures: binaryFigures,
  figuresOf: figuresOfBinary,
  contradiction,
  detailedScore: (_, figures) => rocAucOf(scoresIn(figures)).area,
  detailBytes: () => detailBytes,
  trivial: () => ({ name: "chance", does: "knows nothing of an example", score: 0.5 }),
  details: binaryDetails,
  warnings: binaryWarnings,
  naming: (figures, settings, data) => ({
    by: "threshold",
    positive: positiveOf(settings, data),
    threshold: chosenPoint(settings, figures).threshold,
  }),
  chosen: (settings, figures) => ({ ...settings, threshold: chosenPoint(settings, figures).threshold }),
  namedBy: (figures, settings, data) =>
    `names ${JSON.stringify(calledClasses(data)[positiveOf(settings, data)])} from a probability of ` +
    `${chosenPoint(settings, figures).threshold} on, the threshold ${chosenBy(settings)}`,
  score: rocAuc,
  pooling: binaryPooling,
  ending: () => classificationEnding,
  words: binaryWords,
};
