import type * as z from "zod";
import type { Evaluation } from "./evaluation.ts";

/**
 * How the score over several clients' examples follows from what a record says of each, where their scores alone do not tell
 * it: the share of pairs that are ranked right says nothing of pairs of two clients' examples.
 */
export interface Pooling<Sums extends Evaluation = Evaluation, Told = unknown> {
  /** What a record of a client's figures says beside score and loss. */
  readonly told: z.ZodType<Told>;
  toldOf(sums: Sums): Told;
  /** The score over all of them; undefined where there is none. */
  scoreOf(parts: readonly Told[]): number | undefined;
}
