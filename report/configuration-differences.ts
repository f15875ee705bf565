import { isRecord } from "../shared/config/discriminated.ts";
import { presets } from "../shared/config/presets.ts";
import { resolveConfig } from "../shared/config/resolve.ts";
import { type Config, configSchema } from "../shared/config/schema.ts";
import { InputError } from "../shared/errors.ts";

export interface ConfigurationValue {
  /** As --set takes it: training.learningRate */
  readonly path: string;
  readonly value: unknown;
}

/** Every field of a configuration but its preset's name; arrays are values. */
export function configurationValues(config: Config): ConfigurationValue[] {
  const { preset: _, ...fields } = config;
  return leaves(fields, "");
}

function leaves(value: unknown, path: string): ConfigurationValue[] {
  if (!isRecord(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

/** What a field has where nobody says anything about it, given the rest of the configuration. */
export function defaultValue(config: Config, path: string): unknown {
  const rest = structuredClone(config) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const section = keys.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), rest);
  if (isRecord(section)) delete section[last];
  // without the field that chooses them, what was chosen is not valid; then it is the plain default that counts
  const parsed = configSchema.safeParse(rest);
  return valueAt(parsed.success ? parsed.data : configSchema.parse({}), path);
}

/** What else than the preset decides the fields that nobody names. */
export interface Circumstances {
  /** Number of data owners whose files are the federation, which already says how it is divided. */
  readonly owners?: number | undefined;
  /** Whether the data is the sample that fedstep carries. */
  readonly sample?: boolean;
}

/**
 * The fewest assignments that make this configuration of its preset; [] where it is the preset's own. A preset that
 * this version does not know counts as none.
 */
export function differencesFromPreset(
  config: Config,
  circumstances: Circumstances = {},
): { preset: string; differences: ConfigurationValue[] } {
  const preset = Object.hasOwn(presets, config.preset) ? config.preset : "custom";
  const wanted = configurationValues(config);
  const chosen: ConfigurationValue[] = [];
  // another kind changes which fields there are, and their defaults, so those that choose come first
  for (const field of wanted.filter(({ path }) => choosesOthers(path))) {
    if (!isSame(field, withAssignments(preset, circumstances, chosen))) chosen.push(field);
  }
  const base = withAssignments(preset, circumstances, chosen);
  return {
    preset,
    differences: [...chosen, ...wanted.filter((field) => !choosesOthers(field.path) && !isSame(field, base))],
  };
}

/** path=value as --set reads it: JSON, or a plain string where that is not JSON. */
export function assignment({ path, value }: ConfigurationValue): string {
  return `${path}=${typeof value === "string" && !isJson(value) ? value : JSON.stringify(value)}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The discriminators of the configuration's sections. */
const choosesOthers = (path: string) => /\.(kind|name)$/.test(path);

/** undefined where what was chosen takes more than that: then every field has to be named. */
function withAssignments(
  preset: string,
  circumstances: Circumstances,
  fields: readonly ConfigurationValue[],
): Config | undefined {
  try {
    return resolveConfig({ preset, ...circumstances, set: fields.map(assignment) });
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function isSame({ path, value }: ConfigurationValue, config: Config | undefined): boolean {
  return JSON.stringify(valueAt(config, path)) === JSON.stringify(value);
}

function valueAt(config: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (node, key) => (isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined),
      config,
    );
}
