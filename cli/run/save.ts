import { modelFilesOf } from "../../report/model-files.ts";
import { keys, type ModelName, modelNames, schemaFile } from "../../shared/layout.ts";
import { isOneClients, modelKey } from "../../shared/workflow/one-clients-model.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import { readLeftModel } from "../../storage/left-models.ts";
import type { Objects } from "../../storage/objects.ts";
import { namedServiceError } from "../targets/service-error.ts";
import { writeInHome } from "../write-in-home.ts";

/**
 * Puts the result and the models where the person finds them without S3: HOME/runs/RUN/result.json, and models/ beside
 * it. The models' files are made again, of weights that have the digests which the result names: of those that lie in
 * the bucket nothing tells whether they were damaged. Of tables that were read by a schema that stands there too.
 * @returns the result's path, and the models that were left out: one client's, which not everybody may read
 * @throws ModelMissing, ObjectMissing, ObjectInvalid, HomeUnwritable
 */
export async function saveResult(
  home: string,
  result: Result,
  objects: Objects,
): Promise<{ file: string; leftOut: ModelName[] }> {
  const { run } = result;
  const plan = await objects.getRecord(keys.plan(run), planRecord);
  const leftOut: ModelName[] = [];
  for (const name of modelNames) {
    if (!result[name]) continue;
    const parameters = await unlessRefused(readLeftModel(objects, result, name, plan.model), result, name);
    if (!parameters) {
      leftOut.push(name);
      continue;
    }
    for (const { file, content } of modelFilesOf(plan, result, name, parameters)) {
      await writeInHome(home, modelKey(result, name, file), content);
    }
  }
  const { schema } = result.dataset;
  if (schema) await writeInHome(home, schemaFile(run), `${JSON.stringify(schema, null, 2)}\n`);
  const file = await writeInHome(home, keys.result(run), `${JSON.stringify(result, null, 2)}\n`);
  return { file, leftOut };
}

/** Undefined where it is one client's, and these credentials may not read such a model. */
async function unlessRefused<T>(
  reading: Promise<T>,
  result: Result,
  name: ModelName,
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isOneClients(result, name) && namedServiceError(error)?.name === "PermissionMissing")
      return undefined;
    throw error;
  }
}
