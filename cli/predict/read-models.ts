import type { Scaling } from "../../shared/dataset/scaling.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { FedstepError, modelMissing, objectInvalid } from "../../shared/errors.ts";
import { keys, type ModelName, modelNames } from "../../shared/layout.ts";
import { modelFileSize } from "../../shared/model/export/file-size.ts";
import { flattenTensors } from "../../shared/model/parameters.ts";
import type { ModelSpec } from "../../shared/model/spec.ts";
import { type Plan, planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { naming } from "../../storage/naming.ts";
import type { Objects } from "../../storage/objects.ts";

/** A model as it was left to take away. */
export interface TrainedModel {
  readonly name: ModelName;
  readonly spec: ModelSpec;
  /** Flat, by its layout. */
  readonly parameters: Float32Array;
  /** What examples go through before they go into it. */
  readonly scaling: Scaling | null;
}

/** What --model takes. */
export const modelChoices = [...modelNames, "both"] as const;
export type ModelChoice = (typeof modelChoices)[number];

/**
 * The models that a run left; both are one where the run has no baseline.
 * @throws ModelMissing, or ObjectInvalid where a model is not the one that its digest names
 */
export async function readModels(
  objects: Objects,
  result: Result,
  choice: ModelChoice,
): Promise<TrainedModel[]> {
  const { run, baseline } = result;
  if (choice === "baseline" && baseline === null) {
    throw modelMissing(`--model: run ${run} has no baseline, since its configuration turned it off`);
  }
  const names = modelNames.filter((name) => name === choice || choice === "both");
  const there = names.filter((name) => name === "federated" || baseline !== null);
  // the models' own headers tell it too, and no digest covers those
  const plan = await objects.getRecord(keys.plan(run), planRecord);
  return Promise.all(there.map((name) => readModel(objects, result, name, plan)));
}

async function readModel(
  objects: Objects,
  result: Result,
  name: ModelName,
  { model, scaling }: Pick<Plan, "model" | "scaling">,
): Promise<TrainedModel> {
  const { run, dataset } = result;
  const key = keys.model(run, name, "model.safetensors");
  const { tensors } = await objects.getTensors(key, modelFileSize(dataset, model)).catch((error: unknown) => {
    if (!(error instanceof FedstepError && error.name === "ObjectMissing")) throw error;
    throw modelMissing(
      `run ${run} has left no ${name} model: an earlier version of fedstep ran it; run it again under another name`,
      { cause: error },
    );
  });
  const parameters = naming(key, () => flattenTensors(model, tensors));
  const digest = await weightsSha256(parameters);
  const told = result[name]?.weightsSha256;
  if (digest !== told) {
    throw objectInvalid(`${key}: the weights have digest ${digest}, and ${keys.result(run)} says ${told}`);
  }
  return { name, spec: model, parameters, scaling };
}
