import * as z from "zod";
import { taskKinds } from "./kinds.ts";
import type { Score } from "./score.ts";
import type { TaskKind } from "./task-kind.ts";

type Kinds = typeof taskKinds;
type SettingsOfAll<K extends readonly TaskKind[]> = { -readonly [I in keyof K]: K[I]["settings"] };
type SumsOf<K> = K extends { empty(outputs: number): infer Sums } ? Sums : never;
type FiguresOf<K> = K extends { readonly figures: z.ZodType<infer Figures> } ? Figures : never;
type ScoreNameOf<K> = K extends { readonly score: { readonly name: infer Name } } ? Name : never;
type BriefOf<K> = Pick<FiguresOf<K>, (ScoreNameOf<K> | "loss") & keyof FiguresOf<K>>;

/** The section task of a configuration: each kind's own fields, and no others; the kind decides. */
export const taskSettings = z
  .discriminatedUnion("kind", taskKinds.map(({ settings }) => settings) as SettingsOfAll<Kinds>)
  .describe("What the model learns to predict, and by which figures it is judged.");

export type TaskSettings = z.output<typeof taskSettings>;

/** An evaluation of a run's model, whatever its task. */
export type EvaluationSums = SumsOf<Kinds[number]>;

/** What records say of a run's model, whatever its task. */
export type Figures = FiguresOf<Kinds[number]>;

/** Of figures the score and the loss. */
export type Brief = BriefOf<Kinds[number]>;

/** Of figures the score alone. */
export type Scored = Omit<Brief, "loss">;

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

/** Values that a model of a configuration's task makes of an example. */
export function outputsOf(config: HasTask, data: { readonly classes: number }): number {
  return taskOf(config).outputs(config.task, data);
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

/** The same of a model that was evaluated on nothing. */
export function noBrief({ score: { name } }: TaskKind): { readonly [Name in keyof Brief]: null } {
  return { [name]: null, loss: null } as unknown as { [Name in keyof Brief]: null };
}

/** The score that figures have, and its value: for those who do not know the task that they are of. */
export function scoreIn(figures: Scored): { readonly score: Score; readonly value: number } {
  const score = scores.find(({ name }) => Object.hasOwn(figures, name));
  if (!score) throw new RangeError(`figures without a score: ${Object.keys(figures)}`);
  return { score, value: figureOf(figures, score.name) };
}

/** The score of a model that may have been evaluated on nothing. */
export function scoreOrNull(
  { score: { name } }: TaskKind,
  figures: { readonly [Name in keyof Scored]: number | null },
): number | null {
  return new Map<string, number | null>(Object.entries(figures)).get(name) ?? null;
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
