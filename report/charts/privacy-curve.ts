import { line } from "@observablehq/plot";
import type { SpentPrivacy } from "../../shared/privacy/spent.ts";
import { colour, type Drawing, drawing, isNarrow } from "./drawing.ts";

/** Epsilon by round. */
export function privacyCurve(curve: SpentPrivacy["curve"]): Drawing {
  const last = curve.at(-1);
  const label = `Privacy spent by round, up to ε ${last?.epsilon.toFixed(2)} after round ${last?.round}`;
  return (width) =>
    drawing(label, {
      width,
      height: isNarrow(width) ? 230 : 290,
      marginLeft: 44,
      marginRight: 12,
      marginBottom: 40,
      x: { label: "round", labelAnchor: "center", labelArrow: "none", ticks: isNarrow(width) ? 5 : 10 },
      y: { label: null, grid: true, domain: [0, 1.05 * (last?.epsilon ?? 1)], ticks: 6 },
      marks: [line(curve, { x: "round", y: "epsilon", stroke: colour.federated, strokeWidth: 2 })],
    });
}
