import { type Estimated, valuesTable } from "../../report/values-table.ts";
import { estimate } from "../../shared/model/estimate.ts";
import type { OutputActivation } from "../../shared/task/ending.ts";
import type { TaskFit } from "../../shared/task/fit.ts";
import type { Example } from "./example.ts";
import type { TrainedModel } from "./read-models.ts";

/** What each model makes of an example, as the task ends its outputs. */
export function estimated(
  { source, values }: Example,
  models: readonly TrainedModel[],
  endingOf: (fit: TaskFit) => OutputActivation,
): Estimated {
  const of = (model: TrainedModel) => [...estimate(model, values, endingOf(model.fit).finish)];
  return { source, values: Object.fromEntries(models.map((model) => [model.name, of(model)])) };
}

/** Where the values are no probabilities of classes. */
export function estimatesText(
  run: string,
  all: readonly Estimated[],
  models: readonly TrainedModel[],
  json: boolean,
) {
  const names = models.map(({ name }) => name);
  if (!json) return valuesTable(all, names);
  const examples = all.map(({ source, values }) => ({
    source,
    ...Object.fromEntries(Object.entries(values).map(([model, of]) => [model, { values: of }])),
  }));
  return JSON.stringify({ run, examples }, null, 2);
}
