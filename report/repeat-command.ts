import type { Config } from "../shared/config/schema.ts";
import { sampleDigest } from "../shared/dataset/known-digests.ts";
import { keptByOwners } from "../shared/owners/owners-dataset.ts";
import type { Result } from "../shared/workflow/result-record.ts";
import type { DatasetRecord } from "../shared/workflow/run-record.ts";
import { assignment, differencesFromPreset } from "./configuration-differences.ts";

/** Where the data lies only its owner knows: the files are named as they are where they lie. */
export function dataArguments({
  source,
  owners,
  readWith,
}: Pick<DatasetRecord, "source" | "owners" | "readWith">): readonly string[] {
  if (readWith) return readWith;
  if (source === keptByOwners) return [];
  // runs of 0.1.0 do not know what they were read with
  if (owners) return ["--clients", "DIR"];
  if (source === "directory") return ["--data", "DIR"];
  return source === "file" ? ["--data", "FILE"] : [];
}

/** What a run is made of, as far as its command says it. */
export interface Repeated {
  readonly config: Config;
  readonly dataset: Pick<DatasetRecord, "digest" | "source" | "owners" | "readWith"> &
    Partial<Pick<DatasetRecord, "name">>;
  readonly from?: Result["from"];
  readonly startedBy?: Result["startedBy"];
}

/**
 * The words of the command that runs this configuration again, on the same data set the same bits. What goes on from
 * another run has that one's data, and differs from its configuration in what only the two together tell.
 */
export function repeatArguments({ config, dataset, from }: Repeated): string[] {
  if (dataset.source === keptByOwners) return federationArguments(config, dataset);
  if (from) return ["run", "--from", `${from.run}@${from.round}`, "--config", "FILE"];
  return [...configuredArguments({ config, dataset }), ...dataArguments(dataset)];
}

/** Their agreement says all else; the data set of owners who keep their data has the federation's name. */
function federationArguments({ federation }: Config, { name = "FEDERATION" }: Repeated["dataset"]): string[] {
  const { rounds, budget } = federation;
  const paid = budget === null ? [] : ["--budget", String(budget)];
  return ["run", "--federation", name, "--rounds", String(rounds), ...paid];
}

/** The same without the data: on other data, a preset may have other settings. */
export function configuredArguments({ config, dataset }: Pick<Repeated, "config" | "dataset">): string[] {
  const { preset, differences } = differencesFromPreset(config, circumstancesOf(dataset));
  return [
    "run",
    ...(preset === "custom" ? [] : ["--preset", preset]),
    ...differences.flatMap((field) => ["--set", assignment(field)]),
  ];
}

/** The input of an execution that is the same run: {} where that is the preset paper over MNIST. */
export function repeatInput({ config, dataset }: Repeated, asked: string): Record<string, unknown> {
  const { preset, differences } = differencesFromPreset(config, circumstancesOf(dataset));
  const set = Object.fromEntries(differences.map(({ path, value }) => [path, value]));
  // it may have stood in for MNIST
  const again = dataset.digest === sampleDigest ? "sample" : asked;
  return {
    ...(preset !== "paper" && { preset }),
    ...(differences.length > 0 && { set }),
    ...(again !== "mnist" && { dataset: again }),
  };
}

/** What of the data a preset depends on. */
function circumstancesOf({ owners, digest }: Repeated["dataset"]) {
  return { owners: owners?.length, sample: digest === sampleDigest };
}

/** A line for a POSIX shell, which starts the run in the way that it was started. */
export function repeatCommand(run: Repeated): string {
  if (!run.startedBy) return commandLine(["fedstep", ...repeatArguments(run)]);
  const { execution, dataset } = run.startedBy;
  const machine = execution.replace(":execution:", ":stateMachine:").replace(/:[^:]*$/, "");
  const given = ["--state-machine-arn", machine, "--input", JSON.stringify(repeatInput(run, dataset))];
  return commandLine(["aws", "stepfunctions", "start-execution", ...given]);
}

export function commandLine(words: readonly string[]): string {
  return words.map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[\w./=:,+@%-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
