import { configInvalid } from "../errors.ts";
import { isRecord } from "./discriminated.ts";
import { isTooDeep, mostLevels } from "./nesting.ts";

/** A value for one field, which dots lead to: training.learningRate. */
export interface Assignment {
  readonly path: string;
  readonly value: unknown;
}

/** "path=value", whose value is JSON, or else a plain string. @throws ConfigInvalid */
export function parseAssignment(text: string): Assignment {
  const at = text.indexOf("=");
  const path = text.slice(0, at).trim();
  if (at < 1 || path === "") {
    throw configInvalid(`--set takes path=value, such as training.learningRate=0.05, not "${text}"`);
  }
  if (path === "preset") throw configInvalid("preset: cannot be set with --set; choose it with --preset");
  return { path, value: parseValue(text.slice(at + 1)) };
}

/** Values by their paths, as JSON has them. @throws ConfigInvalid */
export function assignmentsOf(values: Readonly<Record<string, unknown>>): Assignment[] {
  if (Object.hasOwn(values, "preset")) throw configInvalid("set.preset: preset stands beside set, not in it");
  return Object.entries(values).map(([path, value]) => ({ path, value }));
}

/** @throws ConfigInvalid where it leads deeper than any document is */
export function assign(target: Record<string, unknown>, { path, value }: Assignment): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let node = target;
  for (const key of keys) {
    const present = Object.hasOwn(node, key) ? node[key] : undefined;
    const next = isRecord(present) ? present : {};
    define(node, key, next);
    node = next;
  }
  if (keys.length > mostLevels || isTooDeep(value)) {
    throw configInvalid(`${last}: nests more than ${mostLevels} levels deep`);
  }
  define(node, last, value);
}

/** A plain own property even where the key is __proto__, so that the schema sees and refuses it. */
export function define(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
