import { dot, line, ruleX } from "@observablehq/plot";
import { calibrationOf, type Scores } from "../../shared/task/binary/curves.ts";
import { bins, countOf } from "../../shared/task/binary/histogram.ts";
import { colour, type Drawing, drawing, isNarrow } from "./drawing.ts";

/** A curve from share to share, of one model. */
export interface ModelCurve {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** A model by the probabilities that it gives. */
export interface ScoredModel extends Pick<ModelCurve, "name" | "colour"> {
  readonly scores: Scores;
}

/** Of the negative examples the share that is named positive, and of the positive ones, from the highest threshold to the lowest. */
export function rocCurve({ name, colour, scores }: ScoredModel): ModelCurve {
  const [positives, negatives] = [countOf(scores.positive), countOf(scores.negative)];
  return {
    name,
    colour,
    points: thresholds(scores).map(({ right, wrong }) => ({ x: wrong / negatives, y: right / positives })),
  };
}

/** Of the positive examples the share that is found, and of those named positive the share that is, likewise. */
export function precisionCurve({ name, colour, scores }: ScoredModel): ModelCurve {
  const positives = countOf(scores.positive);
  return {
    name,
    colour,
    points: thresholds(scores)
      .filter(({ right, wrong }) => right + wrong > 0)
      .map(({ right, wrong }) => ({ x: right / positives, y: right / (right + wrong) })),
  };
}

/** Of each tenth of the probabilities the mean, and the share that comes true. */
export function calibrationCurve({ name, colour, scores }: ScoredModel): ModelCurve {
  return {
    name,
    colour,
    points: calibrationOf(scores).flatMap(({ predicted, observed }) =>
      predicted === null || observed === null ? [] : [{ x: predicted, y: observed }],
    ),
  };
}

/** Positive and negative examples at or above each threshold, where it changes anything. */
function thresholds({ positive, negative }: Scores): { right: number; wrong: number }[] {
  let [right, wrong] = [0, 0];
  const points = [{ right, wrong }];
  for (let bin = bins - 1; bin >= 0; bin--) {
    if (positive[bin] === 0 && negative[bin] === 0) continue;
    right += positive[bin] as number;
    wrong += negative[bin] as number;
    points.push({ right, wrong });
  }
  return points;
}

const percent = (share: number) => `${Number((100 * share).toFixed(1))} %`;

/**
 * Curves in the unit square, and in dashes what a model without any insight would have.
 * @param idle two ends of that line, as [x, y]
 */
export function squareOfCurves(
  label: string,
  axes: { readonly x: string; readonly y: string },
  curves: readonly ModelCurve[],
  idle: readonly (readonly [number, number])[],
  withDots = false,
): Drawing {
  return (width) =>
    drawing(label, {
      width,
      height: isNarrow(width) ? 260 : 340,
      marginLeft: 48,
      marginBottom: 40,
      marginRight: 16,
      x: {
        label: axes.x,
        labelAnchor: "center",
        labelArrow: "none",
        domain: [0, 1],
        ticks: 5,
        tickFormat: percent,
      },
      y: { label: null, grid: true, domain: [0, 1], ticks: 5, tickFormat: percent },
      marks: [
        line(idle, { stroke: colour.quiet, strokeDasharray: "4 4", strokeWidth: 1.5 }),
        ruleX([0], { stroke: colour.line }),
        // the first one on top
        ...curves
          .map(({ colour, points }, i) => [
            line(points, { x: "x", y: "y", stroke: colour, strokeWidth: i === 0 ? 2.5 : 2 }),
            ...(withDots ? [dot(points, { x: "x", y: "y", fill: colour, r: 3.5 })] : []),
          ])
          .toReversed()
          .flat(),
      ],
    });
}
