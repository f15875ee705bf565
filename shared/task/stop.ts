import type * as z from "zod";
import { type HasTask, type ScoreName, scores, taskOf } from "./tasks.ts";

type Threshold = z.ZodOptional<z.ZodNullable<z.ZodType<number>>>;

/** Of federation.stop: for each task the score that ends the federation, by its name. */
export const thresholds = Object.fromEntries(
  scores.map(({ name, title, threshold }, i) => {
    const nullable = threshold.nullable();
    // the first score stood in every configuration before there were others, and these leave none of them other bytes
    const field = i === 0 ? nullable.default(null) : nullable.optional();
    const without = i === 0 ? "null goes" : "null, and where it is left out, goes";
    const what = `${title} of the global model that ends the federation; ${without} on for all rounds.`;
    return [name, field.describe(what)];
  }),
) as unknown as { readonly [Name in ScoreName]: Threshold };

/** The section stop of a configuration, as far as scores are concerned. */
export type Thresholds = { readonly [Name in ScoreName]?: number | null | undefined };

/** The score that ends the federation of a task; null where none does. */
export function thresholdOf(config: HasTask, stop: Thresholds): number | null {
  const { name } = taskOf(config).score;
  return (new Map<string, unknown>(Object.entries(stop)).get(name) as number | null | undefined) ?? null;
}
