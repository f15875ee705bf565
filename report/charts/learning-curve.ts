import { line, ruleY } from "@observablehq/plot";
import type { Measure } from "../measure.ts";
import type { Story } from "../story.ts";
import { colour, type Drawing, drawing, isNarrow } from "./drawing.ts";

export interface Point {
  /** Rounds of the federation, or epochs of the baseline, that the model has been through. */
  readonly at: number;
  readonly value: number;
}

/** The global model from its start on, as each round's clients found it. */
export function federatedCurve({ rounds }: Pick<Story, "rounds">, measure: Measure): Point[] {
  return rounds.map(({ evaluated }) => ({ at: evaluated.round, value: measure.of(evaluated) }));
}

export function baselineCurve({ epochs }: Pick<Story, "epochs">, measure: Measure): Point[] {
  return epochs.map((epoch) => ({ at: epoch.epoch, value: measure.of(epoch) }));
}

/**
 * Where the axis of values begins and ends: all but the first steep part, which would press what follows into a
 * line, so one value in twenty may lie outside and is cut off.
 */
export function visibleRange(values: readonly number[], scale: Measure["scale"]): [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  if (scale === "number") return [0, niceAbove(at(0.95))];
  // lines every 2 % where all is near the top, else every 10 %
  const lines = at(0.05) > 0.9 ? 50 : 10;
  return [Math.floor(at(0.05) * lines) / lines, Math.min(1, Math.ceil(at(1) * lines + 0.1) / lines)];
}

function niceAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  return (Math.ceil((value * 1.02) / (unit / 2)) * unit) / 2;
}

/** Width, margins and axes of curves by round or epoch. */
export function curveAxes(width: number, scale: Measure["scale"], domain: [number, number]) {
  return {
    width,
    marginLeft: 44,
    marginBottom: 40,
    marginRight: 12,
    x: {
      label: "round or epoch",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: isNarrow(width) ? 5 : 10,
    },
    y: {
      label: null,
      grid: true,
      ticks: 6,
      domain,
      ...(scale === "share" && {
        tickFormat: (share: number) => `${Number((100 * share).toFixed(1))} %`,
      }),
    },
  } as const;
}

/** Both models by round and by epoch, with the score that the federation stops at where it has one. */
export function learningCurve(story: Story, measure: Measure, target?: number): Drawing {
  const federated = federatedCurve(story, measure);
  const centralized = baselineCurve(story, measure);
  const values = [...federated, ...centralized].map(({ value }) => value);
  const domain = visibleRange(target === undefined ? values : [...values, target], measure.scale);
  const last = (points: readonly Point[]) => points.at(-1)?.value;
  const say = (value: number | undefined) => (value === undefined ? "" : measure.shown(value));
  const label =
    `${measure.title} by round and epoch: federated ends at ${say(last(federated))}` +
    `${centralized.length > 0 ? `, centralized at ${say(last(centralized))}` : ""}`;
  const curve = (points: readonly Point[], stroke: string, strokeWidth: number) =>
    line(points, { x: "at", y: "value", stroke, strokeWidth, clip: true });
  return (width) =>
    drawing(label, {
      ...curveAxes(width, measure.scale, domain),
      height: isNarrow(width) ? 230 : 300,
      marks: [
        ...(target === undefined
          ? []
          : [ruleY([target], { stroke: colour.quiet, strokeDasharray: "4 4", strokeWidth: 1.5 })]),
        curve(centralized, colour.centralized, 2),
        curve(federated, colour.federated, 2.5),
      ],
    });
}
