import * as z from "zod";
import { jsonMetadata } from "../../shared/dataset/json-metadata.ts";
import { type Scaling, scalingSchema } from "../../shared/dataset/scaling.ts";
import { weightsSha256 } from "../../shared/digest.ts";
import { FedstepError, modelMissing, objectInvalid } from "../../shared/errors.ts";
import { keys, type ModelName, modelNames } from "../../shared/layout.ts";
import { flattenTensors } from "../../shared/model/parameters.ts";
import type { ModelShape } from "../../shared/model/shape.ts";
import type { Result } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";

/** A model as it was left to take away. */
export interface TrainedModel {
  readonly name: ModelName;
  readonly shape: ModelShape;
  /** Flat, in the order of denseLayers. */
  readonly parameters: Float32Array;
  /** What examples go through before they go into it. */
  readonly scaling: Scaling | null;
}

/** What --model takes. */
export const modelChoices = [...modelNames, "both"] as const;
export type ModelChoice = (typeof modelChoices)[number];

const metadataSchema = z.object({
  weightsSha256: z.string(),
  scaling: jsonMetadata(scalingSchema).optional(),
});

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
  return Promise.all(there.map((name) => readModel(objects, result, name)));
}

async function readModel(objects: Objects, result: Result, name: ModelName): Promise<TrainedModel> {
  const { run, dataset, config } = result;
  const shape = { features: dataset.features, hidden: config.model.hidden, classes: dataset.classes };
  const key = keys.model(run, name, "model.safetensors");
  const { tensors, metadata } = await objects.getTensors(key).catch((error: unknown) => {
    if (!(error instanceof FedstepError && error.name === "ObjectMissing")) throw error;
    throw modelMissing(
      `run ${run} has left no ${name} model: an earlier version of fedstep ran it; run it again under another name`,
      { cause: error },
    );
  });
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) throw objectInvalid(`${key}: ${z.prettifyError(parsed.error)}`);
  const parameters = flattenTensors(shape, tensors);
  const digest = await weightsSha256(parameters);
  if (digest !== parsed.data.weightsSha256) {
    throw objectInvalid(`${key}: the weights have digest ${digest}, its header says otherwise`);
  }
  return { name, shape, parameters, scaling: parsed.data.scaling ?? null };
}
