import { modelMissing } from "../../shared/errors.ts";
import { keys, type ModelName, modelNames } from "../../shared/layout.ts";
import type { AskedModel } from "../../shared/model/asked-model.ts";
import type { ModelSpec } from "../../shared/model/spec.ts";
import type { TaskFit } from "../../shared/task/fit.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readLeftModel } from "../../storage/left-models.ts";
import type { Objects } from "../../storage/objects.ts";

/** A model as it was left to take away. */
export interface TrainedModel extends AskedModel {
  readonly name: ModelName;
  readonly spec: ModelSpec;
  /** What its task was fitted to. */
  readonly fit: TaskFit;
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
  return Promise.all(
    there.map(async (name) => {
      const parameters = await readLeftModel(objects, result, name, plan.model);
      return { name, spec: plan.model, parameters, scaling: plan.scaling, fit: plan.fit ?? {} };
    }),
  );
}
