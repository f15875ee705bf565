import type { ClassificationFigures } from "../../shared/task/classification/evaluation.ts";
import { asClassifier } from "../../shared/task/classification/narrow.ts";
import { type Besides, type Compared, comparison } from "../charts/comparison.ts";
import { confusionMatrix, darkestMistake } from "../charts/confusion-matrix.ts";
import { figure, type LegendEntry } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { className } from "../names.ts";
import { wholeNumber } from "../numbers.ts";
import { percent } from "../percent.ts";
import { type Story, testedOn } from "../story.ts";
import { table } from "../table.ts";
import { comparedTable } from "./compared-table.ts";

/** A classifier's final figures. */
interface Classifier extends ClassificationFigures {
  readonly examples: number;
}

/** Both final models of a run, where they are classifiers. */
export interface Classifiers {
  readonly federated: Classifier;
  readonly baseline: Classifier | null;
}

/** undefined of other tasks. */
export function classifiersOf({ federated, baseline }: Story["result"]): Classifiers | undefined {
  const classifier = asClassifier(federated);
  return classifier && { federated: classifier, baseline: (baseline && asClassifier(baseline)) ?? null };
}

/** Which classes each model recognizes. */
export function classComparison(
  { result }: Story,
  classifiers: Classifiers,
  legend: (besides: Besides | null) => LegendEntry[],
): Markup {
  const { baseline } = classifiers;
  const unlike = areUnlike(classifiers);
  const title = "Accuracy for each class";
  const classes = byClass(result.dataset, classifiers);
  return figure({
    title,
    caption: html`Share of each class that each final model recognizes, of ${testedOn(result)}.${
      unlike &&
      ` The centralized model was evaluated on ${wholeNumber(baseline?.examples ?? 0)}, so that its share of a class does not stand beside this one.`
    }`,
    drawing: comparison(title, classes, { noun: "accuracy", scale: "share" }),
    legend: legend(baseline !== null && !unlike ? "centralized" : null),
    table: comparedTable("Accuracy by class", "class", classes, "share"),
  });
}

/** Whether the two models were evaluated on different examples. */
function areUnlike({ federated, baseline }: Classifiers): boolean {
  return baseline !== null && baseline.examples !== federated.examples;
}

/** The two beside each other only where they are of the same examples. */
export function byClass(dataset: Story["result"]["dataset"], classifiers: Classifiers): Compared[] {
  const { federated } = classifiers;
  const baseline = areUnlike(classifiers) ? null : classifiers.baseline;
  return federated.confusion.map((row, name) => ({
    name: dataset.classNames ? className(dataset, name) : `class ${name}`,
    examples: row.reduce((sum, count) => sum + count, 0),
    federated: recall(row, name),
    beside: recall(baseline?.confusion[name], name),
  }));
}

/** null for a class without held-out examples. */
function recall(row: readonly number[] | undefined, actual: number): number | null {
  const total = row?.reduce((sum, count) => sum + count, 0) ?? 0;
  return total === 0 ? null : (row?.[actual] ?? 0) / total;
}

/** What each model takes the examples of each class for. */
export function confusions(
  dataset: Story["result"]["dataset"],
  { federated, baseline }: Classifiers,
): Markup {
  const matrices = [
    { name: "Federated", examples: federated.examples, confusion: federated.confusion },
    ...(baseline
      ? [{ name: "Centralized", examples: baseline.examples, confusion: baseline.confusion }]
      : []),
  ];
  const names = federated.confusion.map((_, label) => className(dataset, label));
  const darkest = darkestMistake(matrices.map(({ confusion }) => confusion));
  return html`<div class="figures-grid">${matrices.map(({ name, examples, confusion }) =>
    figure({
      title: `Confusion, ${name.toLowerCase()}`,
      caption: html`What the ${wholeNumber(examples)} examples are, and what the model takes them for. Off the diagonal are mistakes, strongest
at ${percent(darkest)} of a class${matrices.length > 1 ? ", the same in both matrices" : ""}.`,
      drawing: confusionMatrix(
        `Confusion matrix of the ${name.toLowerCase()} model`,
        confusion,
        names,
        darkest,
      ),
      table: confusionTable(name, confusion, names),
    }),
  )}</div>`;
}

function confusionTable(
  name: string,
  confusion: readonly (readonly number[])[],
  classes: readonly string[],
): Markup {
  return table(
    `Confusion matrix, ${name.toLowerCase()}`,
    [{ title: "actual" }, ...classes.map((predicted) => ({ title: `as ${predicted}` }))],
    confusion.map((row, actual) => [classes[actual], ...row.map(wholeNumber)]),
  );
}
