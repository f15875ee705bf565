import { line } from "@observablehq/plot";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { Measure } from "../measure.ts";
import { clientColour, type Drawing, drawing, isNarrow } from "./drawing.ts";
import { curveAxes, type Point, visibleRange } from "./learning-curve.ts";

/** The models of several runs on their way: each run has its colour, and its baseline the same, in dashes. */
export function overlaidCurves(results: readonly Result[], measure: Measure): Drawing {
  const curves = results.map(({ federated, baseline }) => ({
    federated: federated.rounds.map((round): Point => ({ at: round.round, value: measure.of(round) })),
    centralized: (baseline?.epochs ?? []).map(
      (epoch): Point => ({ at: epoch.epoch, value: measure.of(epoch) }),
    ),
  }));
  const values = curves.flatMap(({ federated, centralized }) => [...federated, ...centralized]);
  const domain = visibleRange(
    values.map(({ value }) => value),
    measure.scale,
  );
  const ends = results.map(({ run, federated }) => `${run} at ${measure.shown(measure.of(federated))}`);
  const label = `${measure.title} by round and epoch: federated ends ${ends.join(", ")}`;
  return (width) =>
    drawing(label, {
      ...curveAxes(width, measure.scale, domain),
      height: isNarrow(width) ? 250 : 340,
      marks: curves.flatMap(({ federated, centralized }, i) => [
        line(centralized, {
          ...coordinates,
          stroke: clientColour(i),
          strokeWidth: 1.5,
          strokeDasharray: "5 4",
        }),
        line(federated, { ...coordinates, stroke: clientColour(i), strokeWidth: 2.5 }),
      ]),
    });
}

const coordinates = { x: "at", y: "value", clip: true } as const;
