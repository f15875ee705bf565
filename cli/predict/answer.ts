import type { ModelName } from "../../shared/layout.ts";
import { askModel } from "../../shared/model/asked-model.ts";
import type { OutputActivation } from "../../shared/task/ending.ts";
import type { TaskFit } from "../../shared/task/fit.ts";
import type { Example } from "./example.ts";
import type { TrainedModel } from "./read-models.ts";

type OfModels<T> = Readonly<Partial<Record<ModelName, T>>>;

/** What each model makes of an example. */
export interface Answer {
  /** As the model makes them. */
  readonly outputs: OfModels<Float64Array>;
  /** As the task ends them: probabilities of classes, or a number. */
  readonly values: OfModels<readonly number[]>;
}

export function answerOf(
  { values }: Pick<Example, "values">,
  models: readonly TrainedModel[],
  endingOf: (fit: TaskFit) => OutputActivation,
): Answer {
  const all = models.map((model) => {
    const outputs = askModel(model, values);
    return { name: model.name, outputs, values: [...endingOf(model.fit).finish(outputs.slice())] };
  });
  return {
    outputs: Object.fromEntries(all.map(({ name, outputs }) => [name, outputs])),
    values: Object.fromEntries(all.map(({ name, values }) => [name, values])),
  };
}
