import { html, type Markup } from "../markup.ts";
import type { Story } from "../story.ts";
import { type Trial, trialOf } from "../trial.ts";
import { embeddedModels } from "./embedded-models.ts";
import { tryByDrawing } from "./try-by-drawing.ts";
import { tryByForm } from "./try-by-form.ts";

/** Where the page's reader asks its models; undefined without models. */
export function tryIt({ models, result }: Story): { section: Markup; trial: Trial } | undefined {
  if (!models) return undefined;
  const { config, dataset } = result;
  const trial = trialOf({ config, dataset, ...models });
  if (!trial) return undefined;
  const embedded = embeddedModels(models, result, trial);
  const section = html`<section aria-labelledby="try-it"><h2 id="try-it">Try it</h2>
<noscript><p class="intro">${trial === "drawing" ? "Drawing" : "Asking the models"} takes scripts, which are turned off here.</p></noscript>
${trial === "drawing" ? tryByDrawing(dataset, embedded.shown) : tryByForm(result, embedded.shown)}
${embedded.script}</section>`;
  return { section, trial };
}
