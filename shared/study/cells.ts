import { show } from "../config/explain.ts";
import { type ConfigSources, resolveConfig } from "../config/resolve.ts";
import type { Config } from "../config/schema.ts";
import { InputError, studyInvalid } from "../errors.ts";
import { evaluators } from "../rounds/participants.ts";
import { selectedCount } from "../rounds/selection.ts";
import { taskOf } from "../task/tasks.ts";
import type { Axis, CellField } from "./axes.ts";
import type { Study } from "./study.ts";
import { targeted, targetField, targetOf } from "./target.ts";

/** What the data says of a configuration. */
export type CellData = Pick<ConfigSources, "owners" | "sample" | "classes">;

/** One point of the grid: what every axis says, and the configuration that follows, but for its seed. */
export interface Cell {
  /** One for each axis. */
  readonly labels: readonly string[];
  readonly assignments: readonly CellField[];
  readonly config: Config;
}

const mostRuns = 10_000;

/** What a message calls a cell. */
export function cellName(labels: readonly string[]): string {
  return labels.join(", ") || "the only cell";
}

/**
 * Every combination of the axes' values, the last axis changing fastest, resolved and checked.
 * @throws StudyInvalid naming every field that is wrong and the cells in which it is
 */
export function cellsOf(
  study: Study,
  axes: readonly Axis[],
  check: (config: Config) => void,
  data: CellData,
): Cell[] {
  checkOrigins(study, axes);
  const runs = axes.reduce((product, { values }) => product * values.length, study.seeds.length);
  if (runs > mostRuns)
    throw studyInvalid(`vary: ${runs} runs are more than ${mostRuns}; drop values or seeds`);
  const cells: Cell[] = [];
  const problems = new Map<string, string[]>();
  const points = pointsOf(axes);
  for (const { labels, assignments } of points) {
    try {
      cells.push({ labels, assignments, config: resolve(study, assignments, check, data) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      for (const line of error.message.split("\n")) {
        problems.set(line, [...(problems.get(line) ?? []), cellName(labels)]);
      }
    }
  }
  if (problems.size > 0) throw studyInvalid(listProblems(problems, points.length));
  checkDistinct(cells);
  checkOneScore(cells);
  return cells;
}

/** Where the preset and the seeds come from is the study's to say, once. */
function checkOrigins({ preset, config }: Study, axes: readonly Axis[]): void {
  const problems: string[] = [];
  if (Object.hasOwn(config, "seed")) problems.push("config.seed: list the seeds in seeds");
  if (Object.hasOwn(config, "preset")) problems.push("config.preset: name it in preset, beside config");
  const varied = axes.some(({ values }) =>
    values.some(({ assignments }) => assignments.some(({ path }) => path === "preset")),
  );
  if (varied && preset !== undefined) {
    problems.push(`preset: got ${show(preset)}, and vary has an axis of presets; drop one of them`);
  }
  if (problems.length > 0) throw studyInvalid(problems.join("\n"));
}

function pointsOf(axes: readonly Axis[]): Pick<Cell, "labels" | "assignments">[] {
  return axes.reduce<Pick<Cell, "labels" | "assignments">[]>(
    (points, { values }) =>
      points.flatMap((point) =>
        values.map(({ label, assignments }) => ({
          labels: [...point.labels, label],
          assignments: [...point.assignments, ...assignments],
        })),
      ),
    [{ labels: [], assignments: [] }],
  );
}

function resolve(
  study: Study,
  assignments: readonly CellField[],
  check: (config: Config) => void,
  data: CellData,
): Config {
  const { preset, config, seeds } = study;
  const chosen = assignments.find(({ path }) => path === "preset")?.value ?? preset;
  if (chosen !== undefined && typeof chosen !== "string") {
    throw studyInvalid(`preset: got ${show(chosen)}; takes the name of a preset`);
  }
  const set = assignments
    .filter(({ path }) => path !== "preset")
    .map(({ path, value }) => `${path}=${JSON.stringify(value)}`);
  const resolved = resolveConfig({
    preset: chosen,
    file: config,
    set: [...set, `seed=${seeds[0]}`],
    ...data,
    classes: classesFor(study, data),
  });
  check(resolved);
  checkTargets(study, resolved);
  return resolved;
}

/** A study that has a target asks for the task that is judged by it, whatever the data are. */
function classesFor(study: Study, { classes }: CellData): number | undefined {
  const targets = targeted(study);
  if (targets.includes("accuracy")) return undefined;
  return targets.includes("rocAuc") ? 2 : classes;
}

/**
 * The first of several models that is so good can be told only where all are evaluated on the same examples, and by the
 * score of its task.
 * @throws StudyInvalid
 */
function checkTargets(study: Study, config: Config): void {
  const { name, score } = taskOf(config);
  for (const other of targeted(study)) {
    if (other === score.name) continue;
    throw studyInvalid(
      `${targetField(other)}: the task ${name} is judged by its ${score.noun}; name ${targetField(score.name)}`,
    );
  }
  const target = targetOf(study, score.name);
  const { federation, partition } = config;
  const movingFew =
    evaluators(config) === "selected" && selectedCount(federation, partition.clients) < partition.clients;
  if (target === undefined || !movingFew) return;
  throw studyInvalid(
    `${targetField(score.name)}: got ${target}, but each round's model is evaluated by those who are selected for the next, on other ` +
      "examples each time; set federation.evaluation to all or test-set, or leave it out",
  );
}

/** A problem of some cells only says which they are. */
function listProblems(problems: ReadonlyMap<string, readonly string[]>, cells: number): string {
  return [...problems]
    .map(([line, where]) => {
      if (where.length === cells) return line;
      const [first = ""] = where;
      const rest = where.length - 1;
      const more = rest === 0 ? "" : ` and ${rest} other ${rest === 1 ? "cell" : "cells"}`;
      return `${line} [in ${first}${more}]`;
    })
    .join("\n");
}

/** One table has one score. */
function checkOneScore([first, ...others]: readonly Cell[]): void {
  if (!first) return;
  const score = (cell: Cell) => taskOf(cell.config).score;
  const other = others.find((cell) => score(cell).name !== score(first).name);
  if (!other) return;
  throw studyInvalid(
    `vary: "${cellName(first.labels)}" is judged by its ${score(first).noun}, and "${cellName(other.labels)}" by its ` +
      `${score(other).noun}; a study compares runs of one score`,
  );
}

function checkDistinct(cells: readonly Cell[]): void {
  const known = new Map<string, string>();
  for (const { labels, config } of cells) {
    const text = JSON.stringify(config);
    const twin = known.get(text);
    if (twin !== undefined) {
      throw studyInvalid(
        `vary: the cells "${twin}" and "${cellName(labels)}" are the same configuration; drop one`,
      );
    }
    known.set(text, cellName(labels));
  }
}
