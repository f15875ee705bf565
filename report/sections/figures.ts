import { html, type Markup } from "../markup.ts";
import { detailTable } from "../model-details.ts";
import { type Story, testedOn } from "../story.ts";
import { table } from "../table.ts";

/** What the task says of both models beside their score; left out where that is nothing. */
export function furtherFigures({ result }: Story): Markup | undefined {
  const details = detailTable(result);
  if (!details) return undefined;
  return html`<section aria-labelledby="figures"><h2 id="figures">Figures</h2>
<p class="intro">Of both final models, over ${testedOn(result)}.</p>
${table(
  "Figures of the final models",
  [{ title: "figure", align: "left" }, ...details.titles.map((title) => ({ title }))],
  details.rows,
)}</section>`;
}
