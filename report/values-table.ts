import type { ModelName } from "../shared/layout.ts";
import { visible } from "../shared/visible.ts";
import { modelTitles } from "./model-titles.ts";
import { measured } from "./numbers.ts";
import { oneRule, textTable } from "./text-table.ts";

/** What the models make of one example where that is no class. */
export interface Estimated {
  /** Where the example was read. */
  readonly source: string;
  /** As the task ends a model's outputs, by each model. */
  readonly values: Readonly<Partial<Record<ModelName, readonly number[]>>>;
}

/** A line for each example, for a terminal. */
export function valuesTable(estimated: readonly Estimated[], models: readonly ModelName[]): string {
  return textTable(
    ["example", ...models.map((model) => modelTitles[model])],
    estimated.map(({ source, values }) => [
      visible(source),
      ...models.map((model) => (values[model] ?? []).map(measured).join(", ")),
    ]),
    { chars: oneRule, colAligns: ["left", ...models.map(() => "right" as const)] },
  );
}
