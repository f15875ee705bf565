import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { keys } from "../../shared/layout.ts";

/** Puts the page where the person can open it: HOME/runs/RUN/report.html. Returns the path. */
export async function saveReport(home: string, run: string, page: Uint8Array | string): Promise<string> {
  const file = join(home, keys.report(run));
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, typeof page === "string" ? page : Buffer.from(page));
  return file;
}
