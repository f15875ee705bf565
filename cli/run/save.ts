import { modelFilesOf } from "../../report/model-files.ts";
import { keys, modelNames } from "../../shared/layout.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { readFinalModels } from "../../storage/run-objects.ts";
import { writeInHome } from "../write-in-home.ts";

/**
 * Puts the result and the models where the person finds them without S3: HOME/runs/RUN/result.json, and models/ beside
 * it. The models' files are made again, of weights that have the digests which the result names: of those that lie in
 * the bucket nothing tells whether they were damaged.
 * @returns the result's path
 * @throws ObjectMissing, ObjectInvalid, HomeUnwritable
 */
export async function saveResult(home: string, result: Result, objects: Objects): Promise<string> {
  const { run } = result;
  const plan = await objects.getRecord(keys.plan(run), planRecord);
  const models = await readFinalModels(objects, plan, result);
  for (const name of modelNames) {
    const parameters = models[name];
    if (!parameters) continue;
    for (const { file, content } of modelFilesOf(plan, result, name, parameters)) {
      await writeInHome(home, keys.model(run, name, file), content);
    }
  }
  return writeInHome(home, keys.result(run), `${JSON.stringify(result, null, 2)}\n`);
}
