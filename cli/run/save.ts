import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { Result } from "../../shared/workflow/records.ts";

/** Puts the result where the person finds it without S3: HOME/runs/RUN/result.json. Returns the path. */
export async function saveResult(home: string, result: Result): Promise<string> {
  const folder = join(home, "runs", result.run);
  await mkdir(folder, { recursive: true });
  const file = join(folder, "result.json");
  await writeFileAtomic(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}
