import { line } from "@observablehq/plot";
import type { SpentPrivacy } from "../../shared/privacy/spent.ts";
import { byRound, colour, type Drawing, drawing } from "./drawing.ts";

/** Epsilon by round. */
export function privacyCurve(curve: SpentPrivacy["curve"]): Drawing {
  const last = curve.at(-1);
  const label = `Privacy spent by round, up to ε ${last?.epsilon.toFixed(2)} after round ${last?.round}`;
  return (width) =>
    drawing(label, {
      ...byRound(width),
      y: { label: null, grid: true, domain: [0, 1.05 * (last?.epsilon ?? 1)], ticks: 6 },
      marks: [line(curve, { x: "round", y: "epsilon", stroke: colour.federated, strokeWidth: 2 })],
    });
}
