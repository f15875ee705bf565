import { privacyCurve } from "../charts/privacy-curve.ts";
import { figure } from "../figure.ts";
import { html, type Markup } from "../markup.ts";
import { privacyStatement } from "../privacy-statement.ts";
import type { Story } from "../story.ts";
import { table } from "../table.ts";

/** What the run promises whoever is in its data; left out where it promises nothing. */
export function privacy({ result }: Story): Markup | undefined {
  const statement = privacyStatement(result);
  const spent = result.privacy;
  if (!statement || !spent) return undefined;
  return html`<section aria-labelledby="privacy"><h2 id="privacy">Privacy</h2>
<dl class="statement">
${statement.points.map(({ term, said }) => html`<div><dt>${term}</dt><dd>${said}</dd></div>\n`)}</dl>
${figure({
  title: "Privacy spent",
  caption: "ε of the client that has trained in most rounds, by the end of each. It only grows.",
  drawing: privacyCurve(spent.curve),
  table: table(
    "Epsilon by round",
    [{ title: "round" }, { title: "ε" }],
    spent.curve.map(({ round, epsilon }) => [round, epsilon.toFixed(4)]),
  ),
  wide: true,
})}</section>`;
}
