import { join } from "node:path";
import { keys } from "../../shared/layout.ts";
import { writePrivately } from "../write-file.ts";

/** Puts the page where the person can open it: HOME/runs/RUN/report.html. Returns the path. @throws HomeUnwritable */
export async function saveReport(home: string, run: string, page: Uint8Array | string): Promise<string> {
  const file = join(home, keys.report(run));
  await writePrivately(
    file,
    page,
    "write it elsewhere by fedstep report --html FILE, or take another --home",
  );
  return file;
}
