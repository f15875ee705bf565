import { calledClasses } from "../called-classes.ts";
import type { TrivialLine } from "../detail.ts";
import type { OutputActivation } from "../ending.ts";
import type { NamedTargets } from "../fit.ts";
import { hardly, hardlyRecognized } from "../hardly-recognized.ts";
import type { TaskWords } from "../words.ts";
import { type ClassificationFigures, countExamples } from "./evaluation.ts";
import { softmax } from "./softmax.ts";

export const classificationEnding: OutputActivation = {
  described: "softmax at the end",
  activation: "softmax",
  finish: softmax,
  python: [
    "values = np.exp(values - values.max(axis=1, keepdims=True))",
    "probabilities = values / values.sum(axis=1, keepdims=True)",
  ],
  called: "probabilities",
  stated: { ending: "softmax" },
  values: "the probability of each class",
};

export const classificationWords: TaskWords = {
  purpose: ({ name, classes }) => `tells ${classes} classes of ${name} apart`,
  scored: ["is right for", "of"],
  told: {
    english: "how many of each class it takes for each other one",
    korean: "실제·예측 클래스별 개수",
  },
  scoreOver: (examples) => `Share of ${examples} that each model gets right`,
  loss: { noun: "cross-entropy", unit: "nats" },
  limits: [
    "- The figures hold for examples like those evaluated. Nothing is known about others, and the model names one of",
    "  its classes for any input whatever.",
    "- The probabilities have not been calibrated.",
  ],
  hub: { images: "image-classification", tables: "tabular-classification" },
};

/** The accuracy of whoever always names the most frequent class of those examples. */
export function majorityLine({ confusion }: ClassificationFigures): TrivialLine | undefined {
  const examples = countExamples(confusion);
  if (examples === 0) return undefined;
  const most = confusion.reduce((most, row) => Math.max(most, countExamples([row])), 0);
  return { name: "majority line", does: "always the most frequent class", score: most / examples };
}

export function classificationWarnings(
  { confusion }: ClassificationFigures,
  _settings: unknown,
  data: NamedTargets,
): string[] {
  const names = calledClasses(data);
  const classes = confusion.map((row, label) => ({
    name: names[label] ?? String(label),
    examples: countExamples([row]),
    right: row[label] ?? 0,
  }));
  return hardly(hardlyRecognized(classes));
}
