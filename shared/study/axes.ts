import { isRecord } from "../config/discriminated.ts";
import { show } from "../config/explain.ts";
import { studyInvalid } from "../errors.ts";
import type { Study } from "./study.ts";

/** One field that a cell gives a value of its own. */
export interface CellField {
  /** As --set has it, or "preset". */
  readonly path: string;
  readonly value: unknown;
}

export interface AxisValue {
  readonly label: string;
  readonly assignments: readonly CellField[];
}

export interface Axis {
  /** Its heading in tables: the path, unless the study says otherwise. */
  readonly label: string;
  readonly values: readonly AxisValue[];
}

const pathPattern = /^[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*$/;

/**
 * The axes that `vary` describes. An axis is a list of values, or {"label", "values"}; a value is what the field takes,
 * or {"label", "value"}, or {"label", "set"} with several fields by their paths, and then the axis may have any name.
 * @throws StudyInvalid naming every axis and value that is wrong
 */
export function axesOf(vary: Study["vary"]): Axis[] {
  const problems: string[] = [];
  const axes = Object.entries(vary).map(([key, given]) => axisOf(key, given, problems));
  for (const label of repeated(axes.map(({ label }) => label))) {
    problems.push(`vary: two axes are called ${show(label)}`);
  }
  problems.push(...overlaps(axes));
  if (problems.length > 0) throw studyInvalid(problems.join("\n"));
  return axes;
}

function axisOf(key: string, given: unknown, problems: string[]): Axis {
  const place = `vary.${key}`;
  const labelled = isRecord(given) && isLabelled(given, "values") ? given : undefined;
  const list: unknown = labelled ? labelled.values : given;
  if (!Array.isArray(list) || list.length === 0) {
    problems.push(
      `${place}: got ${show(given)}; takes a list of one or more values, or {"label": ..., "values": [...]}`,
    );
    return { label: key, values: [] };
  }
  const values = list.map((value) => axisValue(key, value));
  for (const path of new Set(values.flatMap(({ assignments }) => assignments.map(({ path }) => path)))) {
    const problem = pathProblem(path);
    if (problem) problems.push(`${place}: ${problem}`);
  }
  for (const label of repeated(values.map(({ label }) => label))) {
    problems.push(`${place}: two values are called ${show(label)}; label them, or drop one`);
  }
  return { label: labelled ? String(labelled.label) : key, values };
}

function axisValue(path: string, given: unknown): AxisValue {
  if (isRecord(given) && isLabelled(given, "set") && isRecord(given.set)) {
    const assignments = Object.entries(given.set).map(([path, value]) => ({ path, value }));
    return { label: String(given.label), assignments };
  }
  const labelled = isRecord(given) && isLabelled(given, "value");
  const value = labelled ? given.value : given;
  return { label: labelled ? String(given.label) : labelOf(value), assignments: [{ path, value }] };
}

/** {"label": "...", [what]: ...} and nothing else: no section of a configuration looks like it. */
function isLabelled(given: Record<string, unknown>, what: "value" | "values" | "set"): boolean {
  return Object.keys(given).sort().join() === ["label", what].join() && typeof given.label === "string";
}

/** FedProx mu=0.1 for {"name": "FedProx", "mu": 0.1}. */
function labelOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return show(value);
  const { name, kind, ...rest } = value;
  const fields = Object.entries(rest).map(([key, field]) => `${key}=${labelOf(field)}`);
  return [name, kind, ...fields].filter((part) => part !== undefined).join(" ") || show(value);
}

function pathProblem(path: string): string | undefined {
  if (path === "seed") return `"seed" is no axis; list the seeds in seeds`;
  if (pathPattern.test(path)) return undefined;
  return `${show(path)} is no path of a field; takes one such as training.learningRate, or preset`;
}

/** Of two axes that set the same field, or a field and its section, the later would undo the earlier. */
function overlaps(axes: readonly Axis[]): string[] {
  const paths = axes.flatMap(({ label, values }, axis) => {
    const all = new Set(values.flatMap(({ assignments }) => assignments.map(({ path }) => path)));
    return [...all].map((path) => ({ axis, label, path }));
  });
  return paths.flatMap(({ axis, label, path }) =>
    paths
      .filter((other) => other.axis > axis)
      .filter((other) => `${other.path}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${other.path}.`))
      .map((other) => `vary: the axes ${label} and ${other.label} both set ${longer(path, other.path)}`),
  );
}

const longer = (a: string, b: string) => (a.length > b.length ? a : b);

function repeated(labels: readonly string[]): string[] {
  return [...new Set(labels.filter((label, i) => labels.indexOf(label) !== i))];
}
