import { line } from "@observablehq/plot";
import type { Result } from "../../shared/workflow/records.ts";
import { percent } from "../percent.ts";
import { clientColour, type Drawing, drawing, isNarrow } from "./drawing.ts";
import { type Measure, type Point, visibleRange } from "./learning-curve.ts";

/** The models of several runs on their way: each run has its colour, and its baseline the same, in dashes. */
export function overlaidCurves(results: readonly Result[], measure: Measure): Drawing {
  const curves = results.map(({ federated, baseline }) => ({
    federated: federated.rounds.map((round): Point => ({ at: round.round, value: round[measure] })),
    centralized: (baseline?.epochs ?? []).map((epoch): Point => ({ at: epoch.epoch, value: epoch[measure] })),
  }));
  const values = curves.flatMap(({ federated, centralized }) => [...federated, ...centralized]);
  const domain = visibleRange(
    values.map(({ value }) => value),
    measure,
  );
  const ends = results.map(
    ({ run, federated }) =>
      `${run} at ${measure === "accuracy" ? percent(federated.accuracy) : federated.loss.toFixed(3)}`,
  );
  const label = `${measure === "accuracy" ? "Accuracy" : "Loss"} by round and epoch: federated ends ${ends.join(", ")}`;
  return (width) =>
    drawing(label, {
      width,
      height: isNarrow(width) ? 250 : 340,
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
        ...(measure === "accuracy" && {
          tickFormat: (share: number) => `${Number((100 * share).toFixed(1))} %`,
        }),
      },
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
