import { configInvalid } from "../errors.ts";
import { assign, assignmentsOf, define, parseAssignment } from "./assignments.ts";
import { isRecord } from "./discriminated.ts";
import { explain, show } from "./explain.ts";
import { impliedTask } from "./implied-task.ts";
import { isTooDeep, mostLevels } from "./nesting.ts";
import { presets } from "./presets.ts";
import { type Config, configSchema } from "./schema.ts";
import { supersede } from "./supersede.ts";

export interface ConfigSources {
  readonly preset?: string | undefined;
  /** The whole configuration of another run, in place of a preset. */
  readonly base?: Config | undefined;
  /** Parsed JSON of a configuration file, unchecked. */
  readonly file?: unknown;
  /** "path=value" assignments, e.g. "training.learningRate=0.05"; values are JSON, or else plain strings. */
  readonly set?: readonly string[] | undefined;
  /** The same as an object: {"training.learningRate": 0.05}. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** Number of data owners whose examples are the federation: each is a client. */
  readonly owners?: number | undefined;
  /** Whether the data is the sample that fedstep carries, for which a preset may have settings of its own. */
  readonly sample?: boolean | undefined;
  /** Of the data, where that is known: a configuration that names no task has the one that goes with it. */
  readonly classes?: number | undefined;
}

/**
 * Defaults, then the preset, with what it has for the sample, or another run's configuration, then the owners, then the
 * file, then the assignments. A source that chooses another kind of partition drops what earlier ones said about the old
 * kind.
 * @throws ConfigInvalid naming every field that is wrong, what it got and what it takes
 */
export function resolveConfig({
  preset,
  base,
  file = {},
  set = [],
  values = {},
  owners,
  sample = false,
  classes,
}: ConfigSources): Config {
  if (isTooDeep(file))
    throw configInvalid(`the configuration file nests more than ${mostLevels} levels deep`);
  if (!isRecord(file))
    throw configInvalid(`the configuration file must hold a JSON object, not ${show(file)}`);
  const name = base?.preset ?? preset ?? presetOf(file);
  const chosen = base || name === "custom" ? undefined : presetNamed(name);
  const input: Record<string, unknown> = structuredClone({ ...(base ?? chosen?.config) });
  if (sample) merge(input, structuredClone({ ...chosen?.onSample?.config }));
  const ofOwners = owners === undefined ? {} : { partition: { kind: "natural-id", clients: owners } };
  supersede(input, ofOwners);
  merge(input, ofOwners);
  supersede(input, file);
  // a copy, since later sources are merged into what is there
  merge(input, structuredClone(file));
  // the assignments are one source: which of them comes first does not matter to what they choose
  const assignments = [...set.map(parseAssignment), ...assignmentsOf(values)];
  const assigned: Record<string, unknown> = {};
  for (const assignment of assignments) assign(assigned, assignment);
  supersede(input, assigned);
  for (const assignment of assignments) assign(input, assignment);
  input.preset = name;
  const kind = impliedTask(input, classes);
  if (kind) merge(input, { task: { kind } });
  const config = parseConfig(input);
  if (owners !== undefined) checkOwners(config, owners);
  return config;
}

/** Nothing but the owners decides how their own examples are divided, and how many clients that makes. */
function checkOwners({ partition: { kind, clients } }: Config, owners: number): void {
  if (kind !== "natural-id") {
    throw configInvalid(
      `partition.kind: got "${kind}", but the examples are those of data owners, who are the clients; leave it out, ` +
        "or take a data set of one owner",
    );
  }
  if (clients !== owners) {
    throw configInvalid(
      `partition.clients: got ${clients}, but the examples are those of ${owners} data owners; leave it out`,
    );
  }
}

/** @throws ConfigInvalid */
export function parseConfig(input: unknown): Config {
  const parsed = configSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw configInvalid(parsed.error.issues.flatMap((issue) => explain(issue, input)).join("\n"));
}

/** A stored configuration names its preset and holds all of its fields; one by hand may build on a preset. */
function presetOf({ preset = "custom" }: Record<string, unknown>): string {
  if (typeof preset === "string") return preset;
  throw configInvalid(`preset: got ${show(preset)}; takes ${Object.keys(presets).join(", ")} or custom`);
}

function presetNamed(name: string) {
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (!found)
    throw configInvalid(`preset: there is no "${name}"; take one of ${Object.keys(presets).join(", ")}`);
  return found;
}

function merge(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(source)) {
    const present = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isRecord(present) && isRecord(value)) merge(present, value);
    else define(target, key, value);
  }
}
