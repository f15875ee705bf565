import { calledClasses } from "../../shared/task/called-classes.ts";
import { type Figures, taskOf } from "../../shared/task/tasks.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { exampleTable } from "../example-table.ts";
import { html, Markup } from "../markup.ts";
import { type EmbeddedModel, type EmbeddedModels, elements } from "../page/embedded.ts";
import type { Models } from "../story.ts";
import type { Trial } from "../trial.ts";

/** A run's models for the script in the page, as JSON in an element of their own. */
export function embeddedModels(
  { model, scaling, fit, federated, baseline }: Models,
  { config, dataset, federated: figures, baseline: baselineFigures }: Result,
  trial: Trial,
): { readonly shown: EmbeddedModels; readonly script: Markup } {
  const { naming } = taskOf(config);
  const embedded = (parameters: Float32Array, of: Figures): EmbeddedModel => ({
    parameters: base64(parameters),
    ...(naming && { naming: naming(of, config.task, dataset) }),
  });
  const models: EmbeddedModels["models"] = {
    federated: embedded(federated, figures),
    ...(baseline && { centralized: embedded(baseline, baselineFigures ?? figures) }),
  };
  const unit = dataset.schema?.label.unit;
  const shown: EmbeddedModels = {
    spec: model,
    task: config.task.kind,
    fit: { ...(fit.targets && { targets: fit.targets }) },
    scaling,
    ...(naming && { classes: calledClasses(dataset) }),
    ...(unit !== undefined && { unit }),
    models,
    ...(trial === "form" && { table: exampleTable(dataset) }),
  };
  // with "<" written as its code, so that no name can end the script
  const json = new Markup(JSON.stringify(shown).replaceAll("<", "\\u003c"));
  const script = html`<script type="application/json" id="${elements.models}">${json}</script>`;
  return { shown, script };
}

function base64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
