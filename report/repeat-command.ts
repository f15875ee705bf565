import type { Config } from "../shared/config/schema.ts";
import type { DatasetRecord } from "../shared/workflow/records.ts";
import { assignment, differencesFromPreset } from "./configuration-differences.ts";

/** Options that say where the data is; the run does not know where its reader has it, so a word stands for that. */
export function dataArguments({ source, owners }: Pick<DatasetRecord, "source" | "owners">): string[] {
  if (owners) return ["--clients", "DIR"];
  if (source === "directory") return ["--data", "DIR"];
  return source === "file" ? ["--data", "FILE"] : [];
}

/** The words of the command that runs this configuration again, on the same data set the same bits. */
export function repeatArguments(config: Config, dataset: Pick<DatasetRecord, "source" | "owners">): string[] {
  const { preset, differences } = differencesFromPreset(config, dataset.owners?.length);
  return [
    "run",
    ...(preset === "custom" ? [] : ["--preset", preset]),
    ...differences.flatMap((field) => ["--set", assignment(field)]),
    ...dataArguments(dataset),
  ];
}

/** The same as a line for a POSIX shell. */
export function repeatCommand(config: Config, dataset: Pick<DatasetRecord, "source" | "owners">): string {
  return ["fedstep", ...repeatArguments(config, dataset)].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w./=:,+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
