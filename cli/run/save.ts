import { keys, modelFiles, modelNames } from "../../shared/layout.ts";
import { modelFileSize } from "../../shared/model/export/file-size.ts";
import type { Result } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { writeInHome } from "../write-in-home.ts";

/**
 * Puts the result and the models where the person finds them without S3: HOME/runs/RUN/result.json, and models/ beside
 * it. Returns the result's path.
 */
export async function saveResult(home: string, result: Result, objects: Objects): Promise<string> {
  const { run, baseline, dataset, config } = result;
  const { bytes: most } = modelFileSize(dataset, config.model.hidden);
  for (const model of modelNames) {
    if (model === "baseline" && baseline === null) continue;
    for (const file of modelFiles) {
      const key = keys.model(run, model, file);
      await writeInHome(home, key, (await objects.get(key, most)).bytes);
    }
  }
  return writeInHome(home, keys.result(run), `${JSON.stringify(result, null, 2)}\n`);
}
