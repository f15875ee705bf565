import { InvalidArgumentError, Option } from "commander";
import { presets } from "../shared/config/presets.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import type { Config } from "../shared/config/schema.ts";
import { configInvalid } from "../shared/errors.ts";
import { readJsonFile } from "./json-file.ts";
import { targetNames } from "./target/target.ts";

/** Options that several commands share, spelled once. */
export const options = {
  preset: () => new Option("--preset <name>", `start from a preset: ${Object.keys(presets).join(", ")}`),
  config: () => new Option("--config <file>", "JSON file with fields that differ from the preset"),
  set: () =>
    new Option("--set <path=value>", "set one field, e.g. training.learningRate=0.05; may be repeated")
      .default([], "none")
      .argParser((value: string, before: string[]) => [...before, value]),
  data: () =>
    new Option(
      "--data <dir>",
      "folder with the four IDX files of the data set, gzipped or not (or FEDSTEP_DATA)",
    ),
  home: () =>
    new Option("--home <dir>", "where local runs keep their objects").env("FEDSTEP_HOME").default(".fedstep"),
  target: () => new Option("--target <name>", "where it runs").choices(targetNames).default("local"),
  stack: () =>
    new Option("--stack <name>", "aws: the deployed stack").env("FEDSTEP_STACK").default("fedstep"),
  environments: () =>
    new Option(
      "--environments <n>",
      "local: Lambda environments that work at once (default: one for each core)",
    ).argParser(positiveInteger),
  json: () => new Option("--json", "print only the result, as JSON"),
};

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("takes an integer from 1.");
}

export interface ConfigOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
}

/** @throws ConfigInvalid */
export async function configFrom({ preset, config, set }: ConfigOptions): Promise<Config> {
  return resolveConfig({
    preset,
    set,
    file: config === undefined ? undefined : await readJsonFile(config, "--config: ", configInvalid),
  });
}
