import type { Naming } from "../../shared/task/naming.ts";
import { html, type Markup } from "../markup.ts";
import { type EmbeddedModelName, type EmbeddedModels, elements } from "../page/embedded.ts";

/**
 * A bar for every class and model, which the page's script fills. Where a class is named from a threshold on, a mark stands
 * there.
 * @param of what the classes are
 */
export function probabilityBars({ classes = [], models }: EmbeddedModels, of: string): Markup {
  const names = Object.keys(models) as EmbeddedModelName[];
  return html`<div class="scroll" role="region" aria-label="Probabilities" tabindex="0"><table class="bars${of === "class" ? " named" : ""}">
<thead><tr><th scope="col">${of}</th>${names.map(
    (name) => html`<th scope="col" class="text">${name}</th>`,
  )}</tr></thead>
<tbody>${classes.map(
    (called, label) =>
      html`<tr><th scope="row">${called}</th>${names.map(
        (name) =>
          html`<td class="bar ${name}"${marked(models[name]?.naming, label)} id="${elements.predictions}-${name}-${label}"><i></i><span></span></td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

function marked(naming: Naming | undefined, label: number): Markup | false {
  return (
    naming?.by === "threshold" &&
    naming.positive === label &&
    html` data-threshold style="--threshold:${naming.threshold}"`
  );
}
