import type { Config } from "../config/schema.ts";
import type { Usage } from "../workflow/usage.ts";
import { billOf } from "./bill.ts";
import { invocationsOf, plannedCourse } from "./course.ts";

/**
 * What a run would have cost, in US dollars at list prices, if it ended now: its rounds so far, the final pass that
 * none is without, and the baseline's epochs. Lambda's time is that of the rounds; the baseline's is not known before
 * its invocation ends.
 * @param usage of the rounds so far
 * @param seconds since its start
 */
export function costSoFar(
  config: Config,
  { rounds, epochs, usage, seconds }: { rounds: number; epochs: number; usage: Usage; seconds: number },
): number {
  const course = plannedCourse(config, { rounds, baseline: { invocations: 1, epochs, checkpoints: 1 } });
  return billOf(config, course, {
    invocations: invocationsOf(course),
    gbSeconds: usage.gbSeconds,
    seconds: Math.max(1, seconds),
  }).dollars;
}
