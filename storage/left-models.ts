import { weightsSha256 } from "../shared/digest.ts";
import { FedstepError, modelMissing, objectInvalid } from "../shared/errors.ts";
import { keys, type ModelName } from "../shared/layout.ts";
import { modelFileSize } from "../shared/model/export/file-size.ts";
import { flattenTensors } from "../shared/model/parameters.ts";
import type { ModelSpec } from "../shared/model/spec.ts";
import { modelKey } from "../shared/workflow/one-clients-model.ts";
import type { Outcome } from "../shared/workflow/result-record.ts";
import { naming } from "./naming.ts";
import type { Objects } from "./objects.ts";

const file = "model.safetensors";

/**
 * One of the models that a run ended with, as it was left to take away, flat by its layout.
 * @throws ModelMissing, or ObjectInvalid where it is not the one that the outcome speaks of
 */
export async function readLeftModel(
  objects: Objects,
  outcome: Outcome,
  name: ModelName,
  model: ModelSpec,
): Promise<Float32Array> {
  const { run, dataset } = outcome;
  const size = modelFileSize(dataset, model);
  // fedstep 0.1.0 left all of them in one place
  const places = [...new Set([modelKey(outcome, name, file), keys.model(run, name, file)])];
  for (const key of places) {
    const stored = await unlessMissing(objects.getTensors(key, size));
    if (!stored) continue;
    const parameters = naming(key, () => flattenTensors(model, stored.tensors));
    const digest = await weightsSha256(parameters);
    const told = outcome[name]?.weightsSha256;
    if (digest === told) return parameters;
    throw objectInvalid(`${key}: the weights have digest ${digest}, and ${keys.result(run)} says ${told}`);
  }
  throw modelMissing(
    `run ${run} has left no ${name} model: ${places[0]} is missing; run it again under another name`,
  );
}

/** The models that a run ended with. @throws ModelMissing or ObjectInvalid */
export async function readLeftModels(
  objects: Objects,
  outcome: Outcome,
  model: ModelSpec,
): Promise<{ model: ModelSpec; federated: Float32Array; baseline?: Float32Array }> {
  const [federated, baseline] = await Promise.all([
    readLeftModel(objects, outcome, "federated", model),
    outcome.baseline ? readLeftModel(objects, outcome, "baseline", model) : undefined,
  ]);
  return { model, federated, ...(baseline && { baseline }) };
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof FedstepError && error.name === "ObjectMissing") return undefined;
    throw error;
  }
}
