import { readdirSync, readFileSync } from "node:fs";
import { type StudyResults, studyResults } from "../shared/study/results.ts";

export const resultsFolder = new URL("../studies/results/", import.meta.url);

/** The outcomes in studies/results, by their studies' names. */
export function committedStudies(): Map<string, StudyResults> {
  return new Map(
    readdirSync(resultsFolder)
      .filter((file) => file.endsWith(".json"))
      .map((file) => {
        const value: unknown = JSON.parse(readFileSync(new URL(file, resultsFolder), "utf8"));
        return [file.replace(/\.json$/, ""), studyResults.parse(value)];
      }),
  );
}
