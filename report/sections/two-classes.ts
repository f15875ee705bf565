import { type BinaryFigures, scoresIn } from "../../shared/task/binary/evaluation.ts";
import { colour } from "../charts/drawing.ts";
import {
  calibrationCurve,
  type ModelCurve,
  precisionCurve,
  rocCurve,
  squareOfCurves,
} from "../charts/two-class-curves.ts";
import { figure, type LegendEntry } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { measured } from "../numbers.ts";
import { percent } from "../percent.ts";
import { type Story, testedOn } from "../story.ts";
import { table } from "../table.ts";

type Binary = Pick<BinaryFigures, "scores" | "rocAuc" | "prAuc" | "positives" | "negatives">;

/** How the probabilities of two classes do at every threshold; left out for other tasks, and where a class has no example. */
export function twoClasses(story: Story): Markup | undefined {
  const { federated, baseline } = story.result;
  const figures = [asBinary(federated), baseline && asBinary(baseline)].filter((one) => one !== null);
  const [first] = figures;
  if (!first || first.positives === 0 || first.negatives === 0) return undefined;
  const models = figures.map((one, i) => ({
    name: i === 0 ? ("federated" as const) : ("centralized" as const),
    scores: scoresIn(one),
  }));
  const over = testedOn(story.result);
  const share = first.positives / (first.positives + first.negatives);
  const areas = (of: "rocAuc" | "prAuc") =>
    figures.map((one, i) => `${models[i]?.name} ${measured(one[of])}`).join(", ");
  const [roc, precision, calibration] = [rocCurve, precisionCurve, calibrationCurve].map((of) =>
    models.map(of),
  );
  if (!roc || !precision || !calibration) return undefined;
  return html`<section aria-labelledby="two-classes"><h2 id="two-classes">Two classes</h2>
<div class="figures-grid">
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
</div></section>`;
}

function asBinary(
  figures: Story["result"]["federated"] | NonNullable<Story["result"]["baseline"]>,
): Binary | null {
  return figures.scores === undefined ? null : (figures as Binary);
}

function legend(models: readonly Pick<ModelCurve, "name">[]): LegendEntry[] {
  return models.map(({ name }) => ({ name, colour: colour[name] }));
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
