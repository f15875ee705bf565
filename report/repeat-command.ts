import type { Config } from "../shared/config/schema.ts";
import type { DatasetRecord } from "../shared/workflow/records.ts";
import { assignment, differencesFromPreset } from "./configuration-differences.ts";

/** Stands for the folder that the reader has the data set in, which the run does not know. */
export const folderOfData = "DIR";

/** The words of the command that runs this configuration again, on the same data set the same bits. */
export function repeatArguments(config: Config, dataset: Pick<DatasetRecord, "source">): string[] {
  const { preset, differences } = differencesFromPreset(config);
  return [
    "run",
    ...(preset === "custom" ? [] : ["--preset", preset]),
    ...differences.flatMap((field) => ["--set", assignment(field)]),
    ...(dataset.source === "directory" ? ["--data", folderOfData] : []),
  ];
}

/** The same as a line for a POSIX shell. */
export function repeatCommand(config: Config, dataset: Pick<DatasetRecord, "source">): string {
  return ["fedstep", ...repeatArguments(config, dataset)].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w./=:,+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
