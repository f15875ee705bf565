import type { Drawing } from "./charts/drawing.ts";
import { type Content, html, type Markup } from "./markup.ts";

export interface FigureProps {
  readonly title: string;
  /** What to look at, and how to read it. */
  readonly caption: Content;
  readonly drawing: Drawing;
  readonly legend?: readonly LegendEntry[];
  readonly table?: Markup;
  /** Takes the page's whole width; two others stand side by side where there is room. */
  readonly wide?: boolean;
}

export interface LegendEntry {
  readonly name: string;
  /** A CSS colour. */
  readonly colour: string;
  readonly shape?: "line" | "dot" | "diamond" | "square" | "dashes";
}

/** CSS pixels that a chart is drawn for: on a phone, in half of the page's width, and in all of it. */
const widths = { phone: 300, half: 478, whole: 1016 } as const;

/** A chart in both of its sizes, of which the style shows the one that fits; its numbers fold out below it. */
export function figure({ title, caption, drawing, legend, table, wide = false }: FigureProps): Markup {
  return html`<figure${wide ? html` class="wide"` : ""}>
<figcaption><h3>${title}</h3><p>${caption}</p></figcaption>
${legend ? legendOf(legend) : ""}
<div class="chart"><div class="large">${drawing(wide ? widths.whole : widths.half)}</div>
<div class="small">${drawing(widths.phone)}</div></div>
${table ? folded("The numbers", table) : ""}</figure>`;
}

function legendOf(entries: readonly LegendEntry[]): Markup {
  return html`<ul class="legend">${entries.map(
    ({ name, colour, shape = "line" }) =>
      html`<li><span class="key ${shape}" style="--key:${colour}" aria-hidden="true"></span>${name}</li>`,
  )}</ul>`;
}

/** What is there for those who ask for it. */
export function folded(summary: string, content: Content): Markup {
  return html`<details><summary>${summary}</summary>${content}</details>`;
}
