import { InvalidArgumentError, Option } from "commander";
import { CsvError, parse } from "csv-parse/sync";
import { presets } from "../shared/config/presets.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import type { Config } from "../shared/config/schema.ts";
import { configInvalid } from "../shared/errors.ts";
import { dialectWords, type SaidDialect, saidDialect } from "../tables/csv/dialect.ts";
import { readJsonFile } from "../tables/json-file.ts";
import { ownerFiles } from "./dataset/owner-files.ts";
import { targetNames, usualHome } from "./targets/target.ts";

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
      "--data <path>",
      "CSV, Parquet, .npz or safetensors file, or folder of IDX files, pictures by class or CIFAR's batches (or FEDSTEP_DATA)",
    ),
  label: () =>
    new Option("--label <column>", "CSV, Parquet, .npz: the column or array that holds the labels"),
  classes: () =>
    new Option("--classes <list>", "the classes, such as a,b,c, where files may lack some").argParser(
      classList,
    ),
  select: () =>
    new Option(
      "--select <name>",
      "of a folder or file with several sets: EMNIST's letters, CIFAR-100's coarse labels, the array of an .npz",
    ),
  csv: () =>
    new Option(
      "--csv <words>",
      `CSV: how files are written, in place of what is found out: ${dialectWords.join(", ")}`,
    ).argParser(csvDialect),
  clients: () =>
    new Option(
      "--clients <dir>",
      "ready-made federation: folder with such a file or folder for each data owner, in place of --data",
    ),
  schema: () =>
    new Option(
      "--schema <file>",
      "CSV with text, gaps or dates: JSON file that says what the tables are like; fedstep schema infer proposes one",
    ),
  home: () =>
    new Option("--home <dir>", "where local runs keep their objects").env("FEDSTEP_HOME").default(usualHome),
  target: () => new Option("--target <name>", "where it runs").choices(targetNames).default("local"),
  stack: () =>
    new Option("--stack <name>", "aws: the deployed stack").env("FEDSTEP_STACK").default("fedstep"),
  environments: () =>
    new Option(
      "--environments <n>",
      "local: Lambda environments that work at once (default: one for each core)",
    ).argParser(positiveInteger),
  port: () =>
    new Option(
      "--port <n>",
      "local: port of the endpoints, where owners find the door again (default: any that is free)",
    ).argParser(parsePort),
  quiet: () => new Option("--quiet", "say nothing on the way; the result is still printed"),
  json: () => new Option("--json", "print only the result, as JSON"),
};

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("takes a port from 0 to 65535.");
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("takes an integer from 1.");
}

/** Names separated by commas, quoted as in CSV where they hold one. */
function classList(text: string): string[] {
  // what Node makes of an argument's bytes that are no UTF-8
  if (text.includes("\ufffd")) throw new InvalidArgumentError("is not UTF-8: type it in a terminal that is.");
  try {
    const [names = [], ...more] = parse(text, { trim: true });
    if (more.length === 0 && names.length >= 2 && !names.includes("")) return names;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
  }
  throw new InvalidArgumentError("takes two or more names separated by commas.");
}

function csvDialect(text: string): SaidDialect {
  const said = saidDialect(text);
  if (said) return said;
  throw new InvalidArgumentError(
    `takes words of ${dialectWords.join(", ")}, separated by commas, one of a kind.`,
  );
}

/** What a command that waits for a run says meanwhile, and how it prints the result. */
export interface OutputOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Whether only the result is to be printed. */
export function isQuiet({ quiet = false, json = false }: OutputOptions): boolean {
  return quiet || json;
}

export interface ConfigOptions {
  readonly preset?: string;
  readonly config?: string;
  readonly set: readonly string[];
  readonly clients?: string | undefined;
}

/** @throws ConfigInvalid, or DatasetInvalid where --clients names no owners */
export async function configFrom(
  { preset, config, set, clients }: ConfigOptions,
  data: { readonly sample?: boolean; readonly classes?: number } = {},
): Promise<Config> {
  return resolveConfig({
    preset,
    ...data,
    set,
    file: config === undefined ? undefined : await readJsonFile(config, "--config: ", configInvalid),
    owners: await ownersOf(clients),
  });
}

/** How many clients the owners' files make, where --clients names a folder of them. @throws DatasetInvalid */
export async function ownersOf(clients: string | undefined): Promise<number | undefined> {
  return clients === undefined ? undefined : (await ownerFiles(clients)).files.length;
}
