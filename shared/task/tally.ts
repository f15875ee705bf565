import type { Evaluation } from "./evaluation.ts";

/** Evaluates a model's outputs one by one, in plain JavaScript, where neither trainer is at hand. */
export interface Tally<Sums extends Evaluation = Evaluation> {
  /** @param outputs as the model makes them, before the ending @param target the class, or the number */
  add(outputs: Float64Array, target: number): void;
  sums(): Sums;
}
