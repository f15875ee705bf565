import type { Config } from "../shared/config/schema.ts";
import { sampleDigest } from "../shared/dataset/known-digests.ts";
import type { DatasetRecord, Result } from "../shared/workflow/records.ts";
import { assignment, differencesFromPreset } from "./configuration-differences.ts";

/** Where the data lies only its owner knows: the files are named as they are where they lie. */
export function dataArguments({
  source,
  owners,
  readWith,
}: Pick<DatasetRecord, "source" | "owners" | "readWith">): readonly string[] {
  if (readWith) return readWith;
  // runs of 0.1.0 do not know what they were read with
  if (owners) return ["--clients", "DIR"];
  if (source === "directory") return ["--data", "DIR"];
  return source === "file" ? ["--data", "FILE"] : [];
}

/** What a run is made of, as far as its command says it. */
export interface Repeated {
  readonly config: Config;
  readonly dataset: Pick<DatasetRecord, "digest" | "source" | "owners" | "readWith">;
  readonly from?: Result["from"];
}

/**
 * The words of the command that runs this configuration again, on the same data set the same bits. What goes on from
 * another run has that one's data, and differs from its configuration in what only the two together tell.
 */
export function repeatArguments({ config, dataset, from }: Repeated): string[] {
  if (from) return ["run", "--from", `${from.run}@${from.round}`, "--config", "FILE"];
  return [...configuredArguments({ config, dataset }), ...dataArguments(dataset)];
}

/** The same without the data: on other data, a preset may have other settings. */
export function configuredArguments({ config, dataset }: Pick<Repeated, "config" | "dataset">): string[] {
  const { owners, digest } = dataset;
  const circumstances = { owners: owners?.length, sample: digest === sampleDigest };
  const { preset, differences } = differencesFromPreset(config, circumstances);
  return [
    "run",
    ...(preset === "custom" ? [] : ["--preset", preset]),
    ...differences.flatMap((field) => ["--set", assignment(field)]),
  ];
}

/** The same as a line for a POSIX shell. */
export function repeatCommand(run: Repeated): string {
  return commandLine(["fedstep", ...repeatArguments(run)]);
}

export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w./=:,+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
