import type { OutputActivation } from "../ending.ts";
import type { TaskWords } from "../words.ts";
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
  values: "the probability of each class",
};

export const classificationWords: TaskWords = {
  purpose: ({ name, classes }) => `tells ${classes} classes of ${name} apart`,
  scored: ["is right for", "of"],
  scoreOver: (examples) => `Share of ${examples} that each model gets right`,
  loss: { noun: "cross-entropy", unit: "nats" },
  limits: [
    "- The figures hold for examples like those evaluated. Nothing is known about others, and the model names one of",
    "  its classes for any input whatever.",
    "- The probabilities have not been calibrated.",
  ],
  hub: { images: "image-classification", tables: "tabular-classification" },
};
