import type * as z from "zod";
import { type ScoreName, scores } from "../task/tasks.ts";

/** The field of a study that has the target of a score: targetAccuracy. */
type TargetName = `target${Capitalize<ScoreName>}`;

export function targetField(score: string): string {
  return `target${score.slice(0, 1).toUpperCase()}${score.slice(1)}`;
}

/** For the score of each task, the target of a study. */
export const targetFields = Object.fromEntries(
  scores.map(({ name, noun, threshold }) => [
    targetField(name),
    threshold.optional().describe(`The first round whose model has this ${noun} is reported.`),
  ]),
) as { readonly [Name in TargetName]: z.ZodOptional<z.ZodType<number>> };

/** The target of a study whose runs are judged by a score; undefined where it names none. */
export function targetOf(study: object, score: string): number | undefined {
  return new Map<string, unknown>(Object.entries(study)).get(targetField(score)) as number | undefined;
}

/** The scores that a study names targets for. */
export function targeted(study: object): string[] {
  return scores.map(({ name }) => name).filter((name) => targetOf(study, name) !== undefined);
}
