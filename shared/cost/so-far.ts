import type { Config } from "../config/schema.ts";
import type { Deployment } from "../workflow/deployment.ts";
import type { Usage } from "../workflow/usage.ts";
import { type Bill, billOf } from "./bill.ts";
import { invocationsOf, plannedCourse } from "./course.ts";

/**
 * The bill of a run if it ended now: its rounds so far, the final pass that none is without, and the baseline's epochs.
 * Lambda's time is that of the rounds; the baseline's is not known before its invocation ends.
 * @param usage of the rounds so far
 * @param seconds since its start
 */
export function billSoFar(
  config: Config,
  { rounds, epochs, usage, seconds }: { rounds: number; epochs: number; usage: Usage; seconds: number },
  deployment: Deployment,
): Bill {
  const course = plannedCourse(config, { rounds, baseline: { invocations: 1, epochs, checkpoints: 1 } });
  const used = {
    invocations: invocationsOf(course),
    gbSeconds: usage.gbSeconds,
    seconds: Math.max(1, seconds),
  };
  return billOf(config, course, used, deployment);
}
