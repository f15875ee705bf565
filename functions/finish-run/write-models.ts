import { modelCard } from "../../report/model-card.ts";
import { keys, type ModelName } from "../../shared/layout.ts";
import { foldScaling } from "../../shared/model/export/fold-scaling.ts";
import { layersModel } from "../../shared/model/export/layers-model.ts";
import { parameterTensors } from "../../shared/model/parameters.ts";
import type { Outcome, Plan } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";

type Figures = Outcome["federated"] | NonNullable<Outcome["baseline"]>;

/**
 * Writes the models that a run ended with so that others can take them away: for TensorFlow.js, as safetensors, with
 * a card. TensorFlow.js' takes tables as they stand; safetensors holds the weights that were trained, and the scaling.
 * @param models flat in the order of denseLayers
 */
export async function writeModels(
  objects: Objects,
  plan: Plan,
  outcome: Outcome,
  models: { readonly federated: Float32Array; readonly baseline?: Float32Array },
): Promise<void> {
  const { federated, baseline } = outcome;
  await writeModel(objects, plan, outcome, "federated", federated, models.federated);
  if (baseline && models.baseline) {
    await writeModel(objects, plan, outcome, "baseline", baseline, models.baseline);
  }
}

async function writeModel(
  objects: Objects,
  plan: Plan,
  outcome: Outcome,
  name: ModelName,
  figures: Figures,
  parameters: Float32Array,
): Promise<void> {
  const { run, shape, scaling, dataset } = plan;
  const { classNames, featureNames } = dataset;
  const { weightsSha256 } = figures;
  const facts = {
    run,
    model: name,
    weightsSha256,
    ...(classNames && { classNames }),
    ...(featureNames && { featureNames }),
  };
  const raw = foldScaling(shape, parameters, scaling);
  const { manifest, weights } = layersModel(name, shape, raw, facts);
  await Promise.all([
    objects.putJson(keys.model(run, name, "model.json"), manifest),
    objects.put(keys.model(run, name, "weights.bin"), weights, "application/octet-stream"),
    objects.putTensors(
      keys.model(run, name, "model.safetensors"),
      parameterTensors(shape, parameters),
      inMetadata({ ...facts, ...(scaling && { scaling }) }),
    ),
    objects.put(
      keys.model(run, name, "README.md"),
      modelCard(name, outcome, figures, scaling),
      "text/markdown; charset=utf-8",
    ),
  ]);
}

/** safetensors' metadata holds texts only: what is none stands there as JSON. */
function inMetadata(facts: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [
      name,
      typeof fact === "string" ? fact : JSON.stringify(fact),
    ]),
  );
}
