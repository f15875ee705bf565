import type * as z from "zod";
import { type HasTask, type ScoreName, scores, taskOf } from "./tasks.ts";

type Threshold = z.ZodDefault<z.ZodNullable<z.ZodType<number>>>;

/** Of federation.stop: for each task the score that ends the federation, by its name. */
export const thresholds = Object.fromEntries(
  scores.map(({ name, title, threshold }): [string, Threshold] => [
    name,
    threshold
      .nullable()
      .default(null)
      .describe(`${title} of the global model that ends the federation; null goes on for all rounds.`),
  ]),
) as { readonly [Name in ScoreName]: Threshold };

/** The section stop of a configuration, as far as scores are concerned. */
export type Thresholds = { readonly [Name in ScoreName]: number | null };

/** The score that ends the federation of a task; null where none does. */
export function thresholdOf(config: HasTask, stop: Thresholds): number | null {
  const { name } = taskOf(config).score;
  return new Map<string, unknown>(Object.entries(stop)).get(name) as number | null;
}
