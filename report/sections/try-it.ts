import { html, Markup } from "../markup.ts";
import { areDigits, className } from "../names.ts";
import { type EmbeddedModelName, type EmbeddedModels, elements } from "../page/embedded.ts";
import type { Models, Story } from "../story.ts";

/** Paper to draw on and what both models make of it, for the script in the page; undefined without models. */
export function tryIt({ models, result: { dataset } }: Story): Markup | undefined {
  if (!models) return undefined;
  const names: EmbeddedModelName[] = models.baseline ? ["federated", "centralized"] : ["federated"];
  const labels = Array.from({ length: models.model.outputs }, (_, label) => label);
  const classes = labels.map((label) => className(dataset, label));
  // what is no digit has no sample strokes, and is drawn by hand only
  const digits = areDigits(dataset);
  return html`<section aria-labelledby="try-it"><h2 id="try-it">Try it</h2>
<noscript><p class="intro">Drawing takes scripts, which are turned off here.</p></noscript>
<div class="card try" id="${elements.section}" hidden>
<div class="paper">
<p class="intro" id="how">Draw ${digits ? "a digit" : "an example"}. ${models.baseline ? "Both models answer" : "The model answers"} while you draw, in this
page: nothing leaves it.</p>
<canvas id="${elements.pad}" width="280" height="280" tabindex="0" role="application" aria-label="Paper to draw on" aria-describedby="keys"></canvas>
${
  digits &&
  html`<div class="samples" id="${elements.samples}" role="group" aria-label="Sample digits">${labels.map(
    (label) => html`<button type="button" value="${label}" aria-label="Sample ${label}">${label}</button>`,
  )}</div>`
}
<div class="controls"><button type="button" id="${elements.clear}">Clear</button>
<p id="keys">Keyboard: arrow keys move the pen, space puts it down and lifts it, delete clears.</p></div>
</div>
<div class="answers">
<div class="scroll" role="region" aria-label="Probabilities" tabindex="0"><table class="bars">
<thead><tr><th scope="col">${digits ? "digit" : "class"}</th>${names.map(
    (name) => html`<th scope="col" class="text">${name}</th>`,
  )}</tr></thead>
<tbody>${labels.map(
    (label) =>
      html`<tr><th scope="row">${classes[label]}</th>${names.map(
        (name) =>
          html`<td class="bar ${name}" id="${elements.predictions}-${name}-${label}"><i></i><span></span></td>`,
      )}</tr>`,
  )}</tbody></table></div>
<div class="seen"><canvas id="${elements.seen}" width="28" height="28" role="img" aria-label="The drawing as the models see it"></canvas>
<p>What the models see: 28 × 28 pixels, the drawing in a box of 20 and centred by its mass, as MNIST has its digits.</p></div>
<p class="hidden" id="${elements.verdict}" role="status"></p>
</div></div>
<script type="application/json" id="${elements.models}">${embedded(models, classes)}</script></section>`;
}

/** JSON with "<" written as its code, so that no class's name can end the script. */
function embedded({ model, federated, baseline }: Models, classes: readonly string[]): Markup {
  const models: EmbeddedModels = {
    model,
    classes,
    parameters: { federated: base64(federated), ...(baseline && { centralized: base64(baseline) }) },
  };
  return new Markup(JSON.stringify(models).replaceAll("<", "\\u003c"));
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
