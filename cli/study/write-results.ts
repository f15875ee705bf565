import { join } from "node:path";
import { studyCsv } from "../../report/study-csv.ts";
import { studyMarkdown } from "../../report/study-table.ts";
import type { StudyResults } from "../../shared/study/results.ts";
import { writeInHome } from "../write-in-home.ts";

/** Writes HOME/studies/NAME/results.json, .csv and .md, each replaced as a whole. Returns the folder. */
export async function writeResults(home: string, results: StudyResults): Promise<string> {
  const folder = join("studies", results.study.name);
  const files = {
    json: `${JSON.stringify(results, null, 2)}\n`,
    csv: studyCsv(results),
    md: studyMarkdown(results),
  };
  for (const [type, text] of Object.entries(files))
    await writeInHome(home, join(folder, `results.${type}`), text);
  return join(home, folder);
}
