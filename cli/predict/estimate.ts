import { type Estimated, valuesTable } from "../../report/values-table.ts";
import { applyScaling } from "../../shared/dataset/scaling.ts";
import { inferOutputs } from "../../shared/model/infer-outputs.ts";
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
  const of = (model: TrainedModel) => [
    ...endingOf(model.fit).finish(inferOutputs(model.spec, model.parameters, scaled(values, model))),
  ];
  return { source, values: Object.fromEntries(models.map((model) => [model.name, of(model)])) };
}

/** As the examples that the model was trained with. */
function scaled(values: Example["values"], { scaling }: TrainedModel): Example["values"] {
  if (scaling === null) return values;
  const one = { x: values, y: new Int32Array(1), count: 1, features: values.length };
  return applyScaling(one, scaling).x;
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
