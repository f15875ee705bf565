import { type BinaryFigures, scoresIn } from "../shared/task/binary/evaluation.ts";
import type { Figures } from "../shared/task/tasks.ts";
import {
  calibrationCurve,
  type ModelCurve,
  precisionCurve,
  rocCurve,
  squareOfCurves,
} from "./charts/two-class-curves.ts";
import { figure, type LegendEntry } from "./figure.ts";
import { html, type Markup } from "./markup.ts";
import { measured } from "./numbers.ts";
import { percent } from "./percent.ts";
import { table } from "./table.ts";

type Binary = Pick<BinaryFigures, "scores" | "rocAuc" | "prAuc" | "positives" | "negatives">;

/** A model that tells two classes apart, and how a page draws it. */
export interface DrawnModel extends Pick<ModelCurve, "name" | "colour"> {
  readonly figures: Binary;
}

/** Figures of two classes; null of another task. */
export function asBinary(figures: Figures): Binary | null {
  return figures.scores === undefined ? null : (figures as Binary);
}

/**
 * ROC curve, precision by recall and calibration of models, the first on top; undefined where a class has no example.
 * @param over the examples that they were evaluated on
 */
export function curvesOfClasses(drawn: readonly DrawnModel[], over: string): Markup | undefined {
  const [first] = drawn;
  if (!first || drawn.some(({ figures }) => figures.positives === 0 || figures.negatives === 0))
    return undefined;
  const models = drawn.map(({ name, colour, figures }) => ({ name, colour, scores: scoresIn(figures) }));
  const share = first.figures.positives / (first.figures.positives + first.figures.negatives);
  const areas = (of: "rocAuc" | "prAuc") =>
    drawn.map(({ name, figures }) => `${name} ${measured(figures[of])}`).join(", ");
  const [roc, precision, calibration] = [rocCurve, precisionCurve, calibrationCurve].map((of) =>
    models.map(of),
  );
  if (!roc || !precision || !calibration) return undefined;
  return html`<div class="figures-grid">
${figure({
  title: "ROC curve",
  caption: html`Share of the positive examples that are found, upwards, against that of the negative ones that are named
positive too, at every threshold, of ${over}. The area below: ${areas("rocAuc")}; 0.5 on the dashes.`,
  drawing: squareOfCurves(
    "ROC curve",
    { x: "negative examples named positive", y: "positive examples found" },
    roc,
    [
      [0, 0],
      [1, 1],
    ],
  ),
  legend: legend(models),
  table: points("ROC curve", ["named positive", "found"], roc),
})}
${figure({
  title: "Precision and recall",
  caption: html`Share of those named positive that are, upwards, against the share of the positive examples that are found.
Average precision: ${areas("prAuc")}; naming at random has ${percent(share)}, the dashes.`,
  drawing: squareOfCurves(
    "Precision by recall",
    { x: "positive examples found", y: "of those named positive" },
    precision,
    [
      [0, share],
      [1, share],
    ],
  ),
  legend: legend(models),
  table: points("Precision and recall", ["found", "precision"], precision),
})}
${figure({
  title: "Calibration",
  caption: html`Of the examples in each tenth of the probabilities, the share that is positive, upwards, against their mean
probability. On the dashes the probabilities come true.`,
  drawing: squareOfCurves(
    "Calibration curve",
    { x: "mean probability", y: "share that is positive" },
    calibration,
    [
      [0, 0],
      [1, 1],
    ],
    true,
  ),
  legend: legend(models),
  table: points("Calibration", ["mean probability", "positive"], calibration),
})}
</div>`;
}

function legend(models: readonly Pick<ModelCurve, "name" | "colour">[]): LegendEntry[] {
  return models.map(({ name, colour }) => ({ name, colour }));
}

/** Evenly chosen ones where there are many. */
const mostPoints = 40;

function points(title: string, axes: readonly [string, string], curves: readonly ModelCurve[]): Markup {
  const rows = curves.flatMap(({ name, points }) => {
    const step = Math.max(1, Math.ceil(points.length / mostPoints));
    return points
      .filter((_, i) => i % step === 0 || i === points.length - 1)
      .map(({ x, y }) => [name, percent(x), percent(y)]);
  });
  return table(title, [{ title: "model", align: "left" }, { title: axes[0] }, { title: axes[1] }], rows);
}
