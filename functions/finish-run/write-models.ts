import { modelCard } from "../../report/model-card.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { objectInvalid } from "../../shared/errors.ts";
import { keys, type ModelName } from "../../shared/layout.ts";
import { layersModel } from "../../shared/model/export/layers-model.ts";
import { parameterTensors } from "../../shared/model/parameters.ts";
import type { Outcome, Plan } from "../../shared/workflow/records.ts";
import { readCheckpoint } from "../../storage/checkpoint-objects.ts";
import { readGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";

/**
 * Writes the models that the result speaks of so that others can take them away: for TensorFlow.js, as safetensors,
 * with a card.
 * @throws ObjectMissing, or ObjectInvalid where a model is not the one that was evaluated
 */
export async function writeModels(objects: Objects, plan: Plan, outcome: Outcome): Promise<void> {
  const { federated, baseline } = outcome;
  const round = federated.rounds.at(-1)?.round ?? 0;
  const parameters = await readGlobal(objects, plan, round);
  await writeModel(objects, plan, outcome, "federated", federated, parameters);
  if (baseline) {
    const checkpoint = await readCheckpoint(objects, plan, baseline.epochs.length);
    await writeModel(objects, plan, outcome, "baseline", baseline, checkpoint.parameters);
  }
}

async function writeModel(
  objects: Objects,
  plan: Plan,
  outcome: Outcome,
  name: ModelName,
  figures: Outcome["federated"] | NonNullable<Outcome["baseline"]>,
  parameters: Float32Array,
): Promise<void> {
  const { run, shape } = plan;
  const digest = await weightsSha256(parameters);
  if (digest !== figures.weightsSha256) {
    throw objectInvalid(
      `the ${name} model of run ${run} has digest ${digest}, and ${figures.weightsSha256} was evaluated`,
    );
  }
  const metadata = { run, model: name, weightsSha256: digest };
  const { manifest, weights } = layersModel(name, shape, parameters, metadata);
  await Promise.all([
    objects.putJson(keys.model(run, name, "model.json"), manifest),
    objects.put(keys.model(run, name, "weights.bin"), weights, "application/octet-stream"),
    objects.putTensors(
      keys.model(run, name, "model.safetensors"),
      parameterTensors(shape, parameters),
      metadata,
    ),
    objects.put(
      keys.model(run, name, "README.md"),
      modelCard(name, outcome, figures),
      "text/markdown; charset=utf-8",
    ),
  ]);
}
