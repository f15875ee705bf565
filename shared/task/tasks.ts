import * as z from "zod";
import type { Examples } from "../dataset/examples.ts";
import type { NamedTargets, TaskFit } from "./fit.ts";
import { taskKinds } from "./kinds.ts";
import type { Score } from "./score.ts";
import type { TaskKind } from "./task-kind.ts";

type Kinds = typeof taskKinds;
type SettingsOfAll<K extends readonly TaskKind[]> = { -readonly [I in keyof K]: K[I]["settings"] };
type SumsOf<K> = K extends { empty(outputs: number): infer Sums } ? Sums : never;
type OwnFigures<K> = K extends { readonly figures: z.ZodType<infer Figures> } ? Figures : never;
type KeysOfAll<T> = T extends unknown ? keyof T : never;
/** Each of a union, with the fields of the others as ones that it never has: so that any of them can be asked for. */
type Apart<T, Keys extends PropertyKey = KeysOfAll<T>> = T extends unknown
  ? T & { readonly [Name in Exclude<Keys, keyof T>]?: undefined }
  : never;
type ScoreNameOf<K> = K extends { readonly score: { readonly name: infer Name } } ? Name : never;
type BriefOf<K> = K extends unknown
  ? Pick<OwnFigures<K>, (ScoreNameOf<K> | "loss") & keyof OwnFigures<K>>
  : never;
type WithoutLoss<B> = B extends unknown ? Omit<B, "loss"> : never;
type OrNull<B> = B extends unknown ? { readonly [Name in keyof B]: B[Name] | null } : never;

/** The section task of a configuration: each kind's own fields, and no others; the kind decides. */
export const taskSettings = z
  .discriminatedUnion("kind", taskKinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>)
  .describe("What the model learns to predict, and by which figures it is judged.");

export type TaskSettings = z.output<typeof taskSettings>;

/** An evaluation of a run's model, whatever its task. */
export type EvaluationSums = Apart<SumsOf<Kinds[number]>>;

/** What records say of a run's model, whatever its task. */
export type Figures = Apart<OwnFigures<Kinds[number]>>;

/** Of figures the score and the loss. */
export type Brief = Apart<BriefOf<Kinds[number]>>;

/** Of figures the score alone. */
export type Scored = WithoutLoss<Brief>;

/** The same of models that may have been evaluated on nothing, or on nothing that tells the score. */
export type BriefOrNull = OrNull<Brief>;

export type ScoreName = ScoreNameOf<Kinds[number]>;

/** The scores of all tasks, one for each name: a name is a field of federation.stop, and a metric. */
export const scores: readonly Score[] = taskKinds
  .map(({ score }) => score)
  .filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i);

/** @throws RangeError where no task has such a score */
export function scoreNamed(name: string): Score {
  const found = scores.find((score) => score.name === name);
  if (!found) throw new RangeError(`there is no score ${name}`);
  return found;
}

/** What of a configuration says its task. */
export interface HasTask {
  readonly task: TaskSettings;
}

/** @throws RangeError where no task is called so: no configuration says it */
export function taskOf({ task: { kind } }: HasTask): TaskKind {
  const found = taskKinds.find(({ name }) => name === kind);
  if (!found) throw new RangeError(`there is no task ${kind}`);
  return found;
}

/** Whether the task of a configuration is to predict numbers, and no classes. */
export function takesNumbers(config: HasTask): boolean {
  return taskOf(config).target === "float32";
}

/** Values that a model of a configuration's task makes of an example. */
export function outputsOf(config: HasTask, data: { readonly classes: number }): number {
  return taskOf(config).outputs(config.task, data);
}

/** Whether the task of a configuration can be had of these data. @throws ConfigInvalid saying what to change */
export function checkTaskData(config: HasTask, data: NamedTargets): void {
  taskOf(config).checkData(config.task, data);
}

/** A client's part of the data, as far as a task is fitted to it. */
interface CountedPart {
  /** Examples of each class that it holds out, and that it has in all; empty where its owner keeps that. */
  readonly heldOutLabels: readonly number[];
  readonly labelCounts: readonly number[];
}

/** What is wrong with the first target that the task of a configuration cannot have, and where it stands; undefined of none. */
export function firstWrongTarget(
  config: HasTask,
  data: { readonly classes: number },
  targets: Examples["y"],
): { readonly at: number; readonly wrong: string } | undefined {
  const task = taskOf(config);
  const outputs = outputsOf(config, data);
  for (const [at, target] of targets.entries()) {
    const wrong = task.wrongTarget(target, outputs);
    if (wrong !== undefined) return { at, wrong };
  }
  return undefined;
}

/**
 * What the task of a configuration takes of the data before the first round; undefined where nothing.
 * @throws ConfigInvalid
 */
export function fitOf(
  config: HasTask,
  data: NamedTargets,
  { clients, targets }: { readonly clients: readonly CountedPart[]; readonly targets?: TaskFit["targets"] },
): TaskFit | undefined {
  const told = clients.every(({ labelCounts }) => labelCounts.length === data.classes);
  const trainLabels = Array.from({ length: data.classes }, (_, label) =>
    clients.reduce((sum, one) => sum + (one.labelCounts[label] ?? 0) - (one.heldOutLabels[label] ?? 0), 0),
  );
  const fit = taskOf(config).fit(config.task, {
    ...data,
    trainLabels: told ? trainLabels : undefined,
    targets,
  });
  return Object.keys(fit).length === 0 ? undefined : fit;
}

/** The evaluation over the union of the parts' examples. Fixed order: float sums depend on it. */
export function mergeAll(kind: TaskKind, parts: readonly EvaluationSums[], outputs: number): EvaluationSums {
  return parts.reduce(
    (total, part) => kind.merge(total, part) as EvaluationSums,
    kind.empty(outputs) as EvaluationSums,
  );
}

export function figuresOf(kind: TaskKind, sums: EvaluationSums): Figures {
  return kind.figuresOf(sums) as Figures;
}

/** The figures of a record that has other fields beside them. */
export function pickFigures({ figures }: TaskKind, record: Figures): Figures {
  const names = new Set(Object.keys(figures.shape));
  return Object.fromEntries(Object.entries(record).filter(([name]) => names.has(name))) as Figures;
}

/** Score and loss of figures, in this order. */
export function briefOf({ score: { name } }: TaskKind, figures: Brief): Brief {
  return { [name]: figureOf(figures, name), loss: figures.loss } as unknown as Brief;
}

/** The same of an evaluation that may be over nothing, or over nothing that tells the score: then null is what is not told. */
export function briefOrNull(kind: TaskKind, sums: EvaluationSums): BriefOrNull {
  if (kind.hasScore(sums)) return briefOf(kind, figuresOf(kind, sums));
  const loss = sums.examples === 0 ? null : figuresOf(kind, sums).loss;
  return { [kind.score.name]: null, loss } as unknown as BriefOrNull;
}

/** The score that figures have, and its value: for those who do not know the task that they are of. */
export function scoreIn(figures: Scored): { readonly score: Score; readonly value: number } {
  const score = scores.find(({ name }) => Object.hasOwn(figures, name));
  if (!score) throw new RangeError(`figures without a score: ${Object.keys(figures)}`);
  return { score, value: figureOf(figures, score.name) };
}

/** The score of a model that may have been evaluated on nothing. */
export function scoreOrNull({ score: { name } }: TaskKind, figures: OrNull<Scored>): number | null {
  return new Map<string, number | null | undefined>(Object.entries(figures)).get(name) ?? null;
}

export function scoreOf({ score: { name } }: TaskKind, figures: Scored): number {
  return figureOf(figures, name);
}

/** @throws RangeError where figures are those of another task */
function figureOf(figures: Scored, name: string): number {
  const value: unknown = new Map<string, unknown>(Object.entries(figures)).get(name);
  if (typeof value !== "number") throw new RangeError(`figures without ${name}: ${Object.keys(figures)}`);
  return value;
}
