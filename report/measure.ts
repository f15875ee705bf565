import type { Score } from "../shared/task/score.ts";
import { type Brief, type HasTask, type Scored, scoreOf, taskOf } from "../shared/task/tasks.ts";
import { measured } from "./numbers.ts";
import { percent } from "./percent.ts";

/** A figure of models that curves and tables show: the task's score, or its loss. */
export interface Measure {
  readonly title: string;
  readonly noun: string;
  readonly scale: Score["scale"];
  of(figures: Brief): number;
  /** With as many digits as a table has. */
  shown(value: number): string;
}

export function scoreMeasure(config: HasTask): Measure {
  const task = taskOf(config);
  const { title, noun, scale } = task.score;
  return { title, noun, scale, of: (figures) => scoreOf(task, figures), shown: shownAs(scale) };
}

export const lossMeasure: Measure = {
  title: "Loss",
  noun: "loss",
  scale: "number",
  of: ({ loss }) => loss,
  shown: (loss) => loss.toFixed(4),
};

export function shownAs(scale: Score["scale"]): (value: number) => string {
  return scale === "share" ? percent : measured;
}

/** The score of a model as people read it. */
export function shownScore(config: HasTask, figures: Scored): string {
  const task = taskOf(config);
  return shownAs(task.score.scale)(scoreOf(task, figures));
}
