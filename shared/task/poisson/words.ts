import type { Detail } from "../detail.ts";
import type { OutputActivation } from "../ending.ts";
import type { TaskFit } from "../fit.ts";
import { regressionWords } from "../regression/words.ts";
import type { TaskWords } from "../words.ts";
import type { PoissonFigures } from "./evaluation.ts";
import { exponentialLayers, mostOutput } from "./exponential.ts";
import { unitOf } from "./objectives.ts";

export function poissonEnding(fit: TaskFit): OutputActivation {
  const unit = unitOf(fit);
  return {
    described: "an exponential at the end",
    activation: "linear",
    layers: exponentialLayers(unit),
    finish: (outputs) => outputs.map((output) => unit * Math.exp(output)),
    python: [`rates = ${unit} * np.exp(values)`],
    called: "rates",
    values: "the rate in the targets' unit",
  };
}

export const poissonWords: TaskWords = {
  purpose: ({ name }) => `estimates a rate for each example of ${name}`,
  scored: ["has a mean Poisson deviance of", "over"],
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
  const number = (name: string, value: number | null): Detail => ({ name, value, scale: "number" });
  return [
    number("explained share of the deviance (D squared)", figures.d2),
    number("MAE", figures.mae),
    number("MSE", figures.mse),
    number("mean target", figures.meanTarget),
    number("mean rate", figures.meanRate),
  ];
}
