import { type PlotOptions, plot } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Markup } from "../markup.ts";

/** A chart at a width in CSS pixels; its text keeps its size, so that a narrow one is drawn anew, not shrunk. */
export type Drawing = (width: number) => Markup;

/** Colours by what they stand for; the page's style gives them their values, in light and in dark. */
export const colour = {
  federated: "var(--federated)",
  centralized: "var(--centralized)",
  wrong: "var(--wrong)",
  ink: "var(--ink)",
  quiet: "var(--quiet)",
  line: "var(--line)",
  paper: "var(--card)",
} as const;

/** Colours of single clients, as many as the page's style has. */
export const clientColours = 12;
export const clientColour = (place: number) => `var(--client-${place % clientColours})`;

/** Opacity of a cell that holds a number: the page's ink stays readable on it, in light and in dark. */
export const darkestBehindText = 0.5;

/** A width below which a drawing leaves out what would be too small to read. */
export const isNarrow = (width: number) => width < 400;

/** Size, margins and axis of a chart whose points stand at their rounds. */
export const byRound = (width: number) =>
  ({
    width,
    height: isNarrow(width) ? 230 : 290,
    marginLeft: 44,
    marginRight: 12,
    marginBottom: 40,
    x: { label: "round", labelAnchor: "center", labelArrow: "none", ticks: isNarrow(width) ? 5 : 10 },
  }) as const satisfies PlotOptions;

/** A chart as static SVG: no script, and no colour but the page's own. */
export function drawing(label: string, options: PlotOptions): Markup {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = plot({
    // its axes speak of what the caption has said
    marginTop: 12,
    ...options,
    document,
    className: "plot",
    style: { fontSize: "12px", fontFamily: "inherit", background: "none", overflow: "visible" },
  });
  // the library's own style assumes white paper
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const part of svg.querySelectorAll("*")) {
    // the whole is one image with one name
    part.removeAttribute("aria-label");
    for (const { name, value } of [...part.attributes]) {
      if (geometry.has(name)) part.setAttribute(name, rounded(value));
    }
  }
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return new Markup(withOwnIds(svg.outerHTML, `${label.split(":")[0]} ${options.width}`));
}

/** The library numbers its clips as a process goes on; the same chart is to be the same again, and ids unique. */
function withOwnIds(svg: string, chart: string): string {
  return svg.replaceAll(/\bplot-clip-\d+/g, `clip-${chart.toLowerCase().replace(/\W+/g, "-")}`);
}

const geometry = new Set([
  ...["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"],
  "fill-opacity",
]);

/** A tenth of a pixel is more than anybody sees, and half the bytes; opacities keep two places. */
function rounded(value: string): string {
  return value.replace(/\d*\.\d{2,}(e-\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));
}
