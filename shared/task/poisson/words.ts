import type { Detail } from "../detail.ts";
import type { OutputActivation } from "../ending.ts";
import type { TaskFit } from "../fit.ts";
import { regressionWords } from "../regression/words.ts";
import type { TaskWords } from "../words.ts";
import type { PoissonFigures } from "./evaluation.ts";
import { exponentialLayers, mostOutput } from "./exponential.ts";
import { inRates, unitOf } from "./rate.ts";

export function poissonEnding(fit: TaskFit): OutputActivation {
  const unit = unitOf(fit);
  return {
    described: "an exponential at the end",
    activation: "linear",
    layers: exponentialLayers(unit),
    finish: inRates(fit),
    python: [`rates = ${unit} * np.exp(values)`],
    called: "rates",
    stated: { ending: "exponential", unit },
    values: "the rate in the targets' unit",
  };
}

export const poissonWords: TaskWords = {
  purpose: ({ name }) => `estimates a rate for each example of ${name}`,
  scored: ["has a mean Poisson deviance of", "over"],
  told: {
    english: "sums of errors, of the counts to predict and of what it says",
    korean: "오차, 예측할 값, 예측한 값의 합",
  },
  scoreOver: (examples) => `Mean Poisson deviance of each model over ${examples}`,
  loss: { noun: "half Poisson deviance", unit: "nats" },
  limits: [
    "- The figures hold for examples like those evaluated. Nothing is known about others, and the model gives a rate",
    "  for any input whatever, also far outside of what it was trained with.",
    `- \`model.json\` has its exponential put together of other layers, right up to e^${mostOutput} times the mean target.`,
  ],
  hub: regressionWords.hub,
};

export function poissonDetails(figures: PoissonFigures): Detail[] {
  const { d2, mae, mse, meanTarget, meanRate } = figures;
  const explained = "explained share of the deviance (D squared)";
  const number = (key: string, name: string, value: number | null, short?: string): Detail => ({
    key,
    name,
    ...(short !== undefined && { short }),
    value,
    scale: "number",
  });
  return [
    number("d2", explained, d2, "D squared"),
    number("mae", "MAE", mae, "MAE"),
    number("mse", "MSE", mse),
    number("meanTarget", "mean target", meanTarget),
    number("meanRate", "mean rate", meanRate, "mean rate"),
  ];
}
