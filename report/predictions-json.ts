import type { ModelName } from "../shared/layout.ts";
import { type Prediction, predictionAccuracy } from "./prediction-table.ts";
import type { Estimated } from "./values-table.ts";

/** What the models say of each example, for programs: every class's probability, by its name. */
export function classesInJson(
  predictions: readonly Prediction[],
  models: readonly ModelName[],
  classNames: readonly string[],
) {
  const accuracies = models.flatMap((name) => {
    const accuracy = predictionAccuracy(predictions, name);
    return accuracy === undefined ? [] : [[name, accuracy] as const];
  });
  const ofModel = ({ probabilities, named }: Prediction, name: ModelName) => ({
    class: classNames[named[name] ?? -1],
    probabilities: Object.fromEntries(
      classNames.map((called, at) => [called, probabilities[name]?.[at] ?? 0]),
    ),
  });
  return {
    classes: classNames,
    examples: predictions.map((one) => ({
      source: one.source,
      ...(one.label !== undefined && { label: classNames[one.label] }),
      ...Object.fromEntries(models.map((name) => [name, ofModel(one, name)])),
    })),
    ...(accuracies.length > 0 && { accuracy: Object.fromEntries(accuracies) }),
  };
}

/** The same where that is no class. */
export function numbersInJson(estimated: readonly Estimated[]) {
  return {
    examples: estimated.map(({ source, label, values }) => ({
      source,
      ...(label !== undefined && { label }),
      ...Object.fromEntries(Object.entries(values).map(([model, of]) => [model, { values: of }])),
    })),
  };
}
