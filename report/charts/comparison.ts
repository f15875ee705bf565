import { dot, link } from "@observablehq/plot";
import { type Measure, shownAs } from "../measure.ts";
import { shortened } from "../names.ts";
import { colour, type Drawing, drawing, isNarrow } from "./drawing.ts";

/** Whose model stands beside the federated one: of all examples in one place, or of each owner by itself. */
export type Besides = "centralized" | "alone";

export interface Compared {
  readonly name: string;
  /** That the figures are over. */
  readonly examples: number;
  /** Scores of the federated model, and of what stands beside it; null where there is none. */
  readonly federated: number | null;
  readonly beside: number | null;
}

/** What the compared are measured by. */
type Shown = Pick<Measure, "noun" | "scale">;

/** Up to so many, each has a row with its name; more are points in the order of their federated score. */
const namedRows = 30;

/** Federated against what stands beside it, one by one: the line between the two dots is what federation costs, or gains. */
export function comparison(title: string, compared: readonly Compared[], measure: Shown): Drawing {
  const known = compared.filter((one) => one.federated !== null || one.beside !== null);
  const values = known.flatMap(({ federated, beside }) => [federated, beside]).filter(isNumber);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const scale = { label: null, grid: true, ...axisOf(measure.scale, least, most) };
  const show = shownAs(measure.scale);
  const label = `${title}: from ${show(least)} to ${show(most)}`;
  return known.length <= namedRows ? rows(label, known, scale) : points(label, known, scale, measure.noun);
}

/** Shares near each other are spread, and never pass 1; other numbers begin at zero. */
function axisOf(scale: Shown["scale"], least: number, most: number) {
  if (scale === "number") return { domain: [0, 1.05 * most] };
  const step = most - least > 0.2 ? 0.1 : most - least > 0.08 ? 0.05 : 0.02;
  const [from, to] = [
    Math.floor(least / step - 0.2) * step,
    Math.min(1, Math.ceil(most / step + 0.2) * step),
  ];
  return {
    domain: [Math.max(0, from), to],
    tickFormat: (share: number) => `${Number((100 * share).toFixed(1))} %`,
  };
}

const isNumber = (value: number | null): value is number => value !== null;

function rows(label: string, compared: readonly Compared[], scale: object): Drawing {
  return (width) =>
    drawing(label, {
      width,
      height: compared.length * 24 + 48,
      marginLeft: Math.min(16, Math.max(...compared.map(({ name }) => name.length))) * 6.5 + 14,
      marginRight: 20,
      marginTop: 4,
      marginBottom: 32,
      x: { ...scale, ticks: isNarrow(width) ? 4 : 7 },
      y: {
        label: null,
        tickSize: 0,
        type: "point",
        domain: compared.map(({ name }) => name),
        tickFormat: (name: string) => shortened(name, 16),
        padding: 0.6,
      },
      marks: [
        link(
          compared.filter((one) => one.federated !== null && one.beside !== null),
          {
            x1: "federated",
            x2: "beside",
            y: "name",
            stroke: colour.quiet,
            strokeOpacity: 0.55,
            strokeWidth: 2,
          },
        ),
        dot(compared, { x: "beside", y: "name", fill: colour.centralized, r: 4.5, symbol: "diamond" }),
        dot(compared, { x: "federated", y: "name", fill: colour.federated, r: 5 }),
      ],
    });
}

function points(label: string, compared: readonly Compared[], scale: object, noun: string): Drawing {
  const ranked = compared
    .toSorted((a, b) => (a.federated ?? 0) - (b.federated ?? 0))
    .map((one, rank) => ({ ...one, rank: rank + 1 }));
  return (width) =>
    drawing(label, {
      width,
      height: 300,
      marginLeft: 48,
      marginRight: 8,
      marginBottom: 40,
      x: {
        label: `clients by their federated ${noun}`,
        labelAnchor: "center",
        labelArrow: "none",
        ticks: isNarrow(width) ? 4 : 8,
      },
      y: scale,
      marks: [
        dot(ranked, { x: "rank", y: "beside", fill: colour.centralized, r: 2, fillOpacity: 0.75 }),
        dot(ranked, { x: "rank", y: "federated", fill: colour.federated, r: 2.5 }),
      ],
    });
}
