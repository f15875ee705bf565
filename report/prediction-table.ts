import type { ModelName } from "../shared/layout.ts";
import { visible } from "../shared/visible.ts";
import { modelTitles } from "./model-titles.ts";
import { percent } from "./percent.ts";
import { oneRule, textTable } from "./text-table.ts";

/** What the models say of one example. */
export interface Prediction {
  /** Where the example was read. */
  readonly source: string;
  /** Its class where that is known. */
  readonly label?: number;
  /** Each class's probability by each model. */
  readonly probabilities: Readonly<Partial<Record<ModelName, readonly number[]>>>;
  /** The class that each model names. */
  readonly named: Readonly<Partial<Record<ModelName, number>>>;
}

/** Classes that one example's table shows, rows that many examples' does, and classes that have columns of their own there. */
const most = { classes: 12, examples: 40, columns: 3 };

/** Share of the labelled examples whose class a model names; undefined where none is labelled. */
export function predictionAccuracy(predictions: readonly Prediction[], model: ModelName): number | undefined {
  const labelled = predictions.filter(({ label }) => label !== undefined);
  if (labelled.length === 0) return undefined;
  const right = labelled.filter(({ label, named }) => named[model] === label);
  return right.length / labelled.length;
}

/** Every class of a single example; of several the classes that are named, and of few classes each one's probability. */
export function predictionTable(
  predictions: readonly Prediction[],
  models: readonly ModelName[],
  classNames: readonly string[],
): string {
  const [only] = predictions;
  return only && predictions.length === 1
    ? oneExample(only, models, classNames)
    : several(predictions, models, classNames);
}

function oneExample(
  { source, label, probabilities, named }: Prediction,
  models: readonly ModelName[],
  classNames: readonly string[],
): string {
  const of = (model: ModelName) => probabilities[model] ?? [];
  const likely = classNames
    .map((name, index) => ({ name, index, most: Math.max(...models.map((model) => of(model)[index] ?? 0)) }))
    .sort((a, b) => b.most - a.most)
    .slice(0, most.classes)
    .sort((a, b) => a.index - b.index);
  const rows = likely.map(({ name, index }) => {
    const mark = (model: ModelName) => (named[model] === index ? "* " : "");
    return [name, ...models.map((model) => `${mark(model)}${percent(of(model)[index] ?? 0)}`)];
  });
  const table = textTable(["class", ...models.map((model) => modelTitles[model])], rows, {
    colAligns: ["left", ...models.map(() => "right" as const)],
    chars: oneRule,
  });
  const left = classNames.length - likely.length;
  const truth = label === undefined ? "" : ` (labelled ${classNames[label]})`;
  const verdicts = models.map((model) => `${modelTitles[model]} ${classNames[named[model] ?? -1]}`);
  return [
    visible(`${source}${truth}: ${verdicts.join(", ")}`),
    table,
    ...(left > 0 ? [`and ${left} classes that are less likely`] : []),
  ].join("\n");
}

function several(
  predictions: readonly Prediction[],
  models: readonly ModelName[],
  classNames: readonly string[],
): string {
  const labelled = predictions.some(({ label }) => label !== undefined);
  const each = classNames.length <= most.columns ? classNames.map((name, at) => ({ name, at })) : undefined;
  const right = (share: number) => ({ content: percent(share), hAlign: "right" as const });
  const table = textTable(
    [
      "example",
      ...(labelled ? ["label"] : []),
      ...models.flatMap((model) => [modelTitles[model], ...(each?.map(({ name }) => name) ?? [""])]),
    ],
    predictions.slice(0, most.examples).map(({ source, label, probabilities, named }) => [
      source,
      ...(labelled ? [label === undefined ? "" : (classNames[label] ?? "")] : []),
      ...models.flatMap((model) => {
        const [of, at] = [probabilities[model] ?? [], named[model] ?? -1];
        const shares = each ? each.map((one) => of[one.at] ?? 0) : [of[at] ?? 0];
        return [classNames[at] ?? "", ...shares.map(right)];
      }),
    ]),
    { chars: oneRule },
  );
  const left = predictions.length - most.examples;
  const notes = [
    ...(left > 0 ? [`${left} more examples`] : []),
    ...(each ? [] : ["the other classes' probabilities"]),
  ];
  return [
    table,
    ...(notes.length > 0
      ? [`${notes.join(" and ")}: --json prints them all, --out FILE.csv writes them`]
      : []),
  ].join("\n");
}
