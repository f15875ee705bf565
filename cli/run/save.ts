import { join } from "node:path";
import { keys, modelFiles, modelNames } from "../../shared/layout.ts";
import type { Result } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { writePrivately } from "../write-file.ts";

/**
 * Puts the result and the models where the person finds them without S3: HOME/runs/RUN/result.json, and models/ beside
 * it. Returns the result's path.
 */
export async function saveResult(home: string, result: Result, objects: Objects): Promise<string> {
  const { run, baseline } = result;
  for (const model of modelNames) {
    if (model === "baseline" && baseline === null) continue;
    for (const file of modelFiles) {
      const key = keys.model(run, model, file);
      await writePrivately(join(home, key), (await objects.get(key)).bytes);
    }
  }
  const file = join(home, keys.result(run));
  await writePrivately(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}
