import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { html, type Markup } from "../markup.ts";
import { areDigits } from "../names.ts";
import { type EmbeddedModels, elements } from "../page/embedded.ts";
import { probabilityBars } from "./probability-bars.ts";

/** Paper to draw on, and what the models make of it. */
export function tryByDrawing(dataset: DatasetRecord, shown: EmbeddedModels): Markup {
  const { classes = [], models } = shown;
  // what is no digit has no sample strokes, and is drawn by hand only
  const digits = areDigits(dataset);
  return html`<div class="card try" id="${elements.section}" hidden>
<div class="paper">
<p class="intro" id="how">Draw ${digits ? "a digit" : "an example"}. ${models.centralized ? "Both models answer" : "The model answers"} while you draw, in this
page: nothing leaves it.</p>
<canvas id="${elements.pad}" width="280" height="280" tabindex="0" role="application" aria-label="Paper to draw on" aria-describedby="keys"></canvas>
${
  digits &&
  html`<div class="samples" id="${elements.samples}" role="group" aria-label="Sample digits">${classes.map(
    (label) => html`<button type="button" value="${label}" aria-label="Sample ${label}">${label}</button>`,
  )}</div>`
}
<div class="controls"><button type="button" id="${elements.clear}">Clear</button>
<p id="keys">Keyboard: arrow keys move the pen, space puts it down and lifts it, delete clears.</p></div>
</div>
<div class="answers">
${probabilityBars(shown, digits ? "digit" : "class")}
<div class="seen"><canvas id="${elements.seen}" width="28" height="28" role="img" aria-label="The drawing as the models see it"></canvas>
<p>What the models see: 28 × 28 pixels, the drawing in a box of 20 and centred by its mass, as MNIST has its digits.</p></div>
<p class="hidden" id="${elements.verdict}" role="status"></p>
</div></div>`;
}
