import type * as z from "zod";

/** The figure by which a task's models are told better from worse: it steers federation.stop, and is shown first. */
export interface Score<
  Name extends string = string,
  Threshold extends z.ZodType<number> = z.ZodType<number>,
> {
  /** Its field in a task's figures, in federation.stop and in CloudWatch; a word or several in camel case. */
  readonly name: Name;
  /** What people call it, as a title and within a sentence: "Accuracy", "accuracy". */
  readonly title: string;
  readonly noun: string;
  readonly better: "higher" | "lower";
  /** share: 0 ... 1, shown in per cent; number: zero or more, shown as it is. */
  readonly scale: "share" | "number";
  /** What federation.stop takes of it. */
  readonly threshold: Threshold;
  /** The score over the union of the parts' examples; absent where theirs do not tell it: see Pooling. */
  pooled?(parts: readonly ScoredPart[]): number;
}

/** Some examples, and a model's score over them. */
export interface ScoredPart {
  readonly examples: number;
  readonly score: number;
}

/** Whether the one is the better of two; equal ones are not. */
export function isBetter({ better }: Pick<Score, "better">, one: number, other: number): boolean {
  return better === "higher" ? one > other : one < other;
}

/** Whether a score has come as far as a threshold. */
export function reaches({ better }: Pick<Score, "better">, score: number, threshold: number): boolean {
  return better === "higher" ? score >= threshold : score <= threshold;
}
