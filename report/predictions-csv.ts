import { stringify } from "csv-stringify/sync";
import type { ModelName } from "../shared/layout.ts";
import { modelTitles } from "./model-titles.ts";

/** What is known of an example, and what each model makes of it. */
export interface CsvPrediction {
  readonly file: string;
  readonly line?: number;
  readonly row?: number;
  readonly ids?: Readonly<Record<string, string>>;
  readonly label?: number;
  readonly values: Readonly<Partial<Record<ModelName, readonly number[]>>>;
  /** The class that each model names; absent where values are no probabilities. */
  readonly named?: Readonly<Partial<Record<ModelName, number>>>;
}

export interface CsvModel {
  readonly name: ModelName;
  /** From which probability of the positive class on it is named; absent where the most probable class is. */
  readonly threshold?: number;
}

/**
 * Predictions as CSV, a line for each example, for whoever goes on with them: where it stands, the columns of ids, the label
 * where it is known, and of each model the class that it names and every class's probability, or its number; in full precision.
 * Column names: file, line, row, the ids' own, label, federated, "federated: yes", "federated threshold".
 * @param classNames undefined where numbers are predicted
 */
export function predictionsCsv(
  predictions: readonly CsvPrediction[],
  models: readonly CsvModel[],
  classNames: readonly string[] | undefined,
): string {
  const has = (of: (one: CsvPrediction) => unknown) => predictions.some((one) => of(one) !== undefined);
  const ids = [...new Set(predictions.flatMap(({ ids }) => Object.keys(ids ?? {})))];
  const called = (label: number | undefined) =>
    label === undefined ? undefined : (classNames?.[label] ?? String(label));
  const columns: {
    readonly title: string;
    readonly of: (one: CsvPrediction) => string | number | undefined;
  }[] = [
    { title: "file", of: ({ file }) => file },
    ...(has(({ line }) => line) ? [{ title: "line", of: ({ line }: CsvPrediction) => line }] : []),
    ...(has(({ row }) => row) ? [{ title: "row", of: ({ row }: CsvPrediction) => row }] : []),
    ...ids.map((name) => ({ title: name, of: ({ ids }: CsvPrediction) => ids?.[name] })),
    ...(has(({ label }) => label)
      ? [{ title: "label", of: ({ label }: CsvPrediction) => called(label) }]
      : []),
    ...models.flatMap(({ name, threshold }) => {
      const title = modelTitles[name];
      if (!classNames) return [{ title, of: ({ values }: CsvPrediction) => values[name]?.[0] }];
      return [
        { title, of: ({ named }: CsvPrediction) => called(named?.[name]) },
        ...classNames.map((one, at) => ({
          title: `${title}: ${one}`,
          of: ({ values }: CsvPrediction) => values[name]?.[at],
        })),
        ...(threshold === undefined ? [] : [{ title: `${title} threshold`, of: () => threshold }]),
      ];
    }),
  ];
  return stringify([
    columns.map(({ title }) => title),
    ...predictions.map((one) => columns.map(({ of }) => of(one))),
  ]);
}
