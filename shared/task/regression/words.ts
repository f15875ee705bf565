import type { Detail } from "../detail.ts";
import type { OutputActivation } from "../ending.ts";
import type { TaskFit } from "../fit.ts";
import type { TaskWords } from "../words.ts";
import type { RegressionFigures } from "./evaluation.ts";
import { inTargetsUnit, scalingOf } from "./unit.ts";

/** The output in deviations from the mean, given back in the targets' unit. */
export function regressionEnding(fit: TaskFit): OutputActivation {
  const { mean, deviation } = scalingOf(fit);
  return {
    described: "in the targets' unit at the end",
    activation: "linear",
    layers: [
      {
        description: {
          class_name: "Dense",
          config: { ...dense, units: 1, activation: "linear", use_bias: true },
        },
        weights: [
          { name: `${dense.name}/kernel`, shape: [1, 1], data: Float32Array.of(deviation) },
          { name: `${dense.name}/bias`, shape: [1], data: Float32Array.of(mean) },
        ],
      },
    ],
    finish: inTargetsUnit(fit),
    python: [`numbers = ${mean} + ${deviation} * values`],
    called: "numbers",
    stated: { ending: "linear", mean, deviation },
    values: "the number in the targets' unit",
  };
}

const dense = { name: "unit", trainable: false, dtype: "float32" } as const;

export const regressionWords: TaskWords = {
  purpose: ({ name }) => `estimates a number for each example of ${name}`,
  scored: ["errs by a root mean square of", "over"],
  told: {
    english: "sums of errors and of the numbers to predict, and of their squares",
    korean: "오차와 예측할 값의 합·제곱합",
  },
  scoreOver: (examples) => `Root of the mean squared error of each model over ${examples}`,
  loss: { noun: "squared error", unit: "squares of the targets' unit" },
  limits: [
    "- The figures hold for examples like those evaluated. Nothing is known about others, and the model gives a number",
    "  for any input whatever, also far outside of what it was trained with.",
    "- Nothing says how sure the model is of a number.",
  ],
  hub: { images: "image-regression", tables: "tabular-regression" },
};

export function regressionDetails({ mae, loss, r2 }: RegressionFigures): Detail[] {
  return [
    { key: "r2", name: "R squared", short: "R squared", value: r2, scale: "number" },
    { key: "mae", name: "MAE", short: "MAE", value: mae, scale: "number" },
    { key: "mse", name: "MSE", value: loss, scale: "number" },
  ];
}
