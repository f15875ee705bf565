import type { ModelName } from "../shared/layout.ts";
import { visible } from "../shared/visible.ts";
import { modelTitles } from "./model-titles.ts";
import { measured } from "./numbers.ts";
import { oneRule, textTable } from "./text-table.ts";

/** What the models make of one example where that is no class. */
export interface Estimated {
  /** Where the example was read. */
  readonly source: string;
  /** The number that it is about, where that is known. */
  readonly label?: number;
  /** As the task ends a model's outputs, by each model. */
  readonly values: Readonly<Partial<Record<ModelName, readonly number[]>>>;
}

/** Lines of a table. */
const most = 40;

/** A line for each example, for a terminal. */
export function valuesTable(estimated: readonly Estimated[], models: readonly ModelName[]): string {
  const known = estimated.some(({ label }) => label !== undefined);
  const table = textTable(
    ["example", ...(known ? ["target"] : []), ...models.map((model) => modelTitles[model])],
    estimated
      .slice(0, most)
      .map(({ source, label, values }) => [
        visible(source),
        ...(known ? [label === undefined ? "" : measured(label)] : []),
        ...models.map((model) => (values[model] ?? []).map(measured).join(", ")),
      ]),
    {
      chars: oneRule,
      colAligns: ["left", ...(known ? ["right" as const] : []), ...models.map(() => "right" as const)],
    },
  );
  const left = estimated.length - most;
  return [
    table,
    ...(left > 0 ? [`and ${left} more; --json prints them all, --out FILE.csv writes them`] : []),
  ].join("\n");
}
