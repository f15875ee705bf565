import { quorumNotReached } from "../errors.ts";
import { ownerOf } from "../owners/signed-update.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { SecureAggregation } from "./settings.ts";

/** A client whose part is in a sum. */
export interface InSum {
  readonly client: number;
  readonly task: ParticipantTask;
}

/** What somebody asks of every sum beside what its run's configuration does. */
export type AskedOfSums = Pick<SecureAggregation, "minimumCohort" | "minimumExamplesInSum">;

/**
 * Whether the sums of a round are over enough: clients and examples; where there are owners, of these alone, since whoever simulates
 * the others knows their part. Of changes these are the examples trained with, of evaluations
 * all that the clients have, since what is held out is a small share of them, and is counted and not learnt from.
 * @param everybody in the sum; a test set, which is nobody's, is none
 * @param asked left out: nothing more
 * @throws QuorumNotReached naming what there is too little of
 */
export function assertEnoughInSum(
  plan: Pick<Plan, "config" | "clients" | "run" | "agreement" | "minimumCohort">,
  round: number,
  everybody: readonly InSum[],
  asked?: AskedOfSums,
): void {
  const { config, run, agreement } = plan;
  const agreed = config.federation.secureAggregation;
  const minimumCohort = Math.max(agreed.minimumCohort, plan.minimumCohort ?? 0, asked?.minimumCohort ?? 0);
  const minimumExamplesInSum = Math.max(agreed.minimumExamplesInSum, asked?.minimumExamplesInSum ?? 0);
  const counts = (client: number) => agreement === undefined || ownerOf(plan, client) !== undefined;
  const some = everybody.filter(({ client }) => counts(client));
  const clients = plan.clients.filter(({ client }) => counts(client));
  const who = agreement ? "owners" : "clients";
  const trained = new Set(some.filter(({ task }) => task === "train").map(({ client }) => client));
  const evaluated = new Set(some.map(({ client }) => client));
  const over = (set: ReadonlySet<number>, ofEach: (part: Plan["clients"][number]) => number) =>
    clients.reduce((sum, part) => sum + (set.has(part.client) ? ofEach(part) : 0), 0);
  const sums = [
    ...(trained.size > 0
      ? [{ of: "changes", clients: trained.size, examples: over(trained, ({ train }) => train) }]
      : []),
    {
      of: "evaluations",
      clients: evaluated.size,
      examples: over(evaluated, ({ train, heldOut }) => train + heldOut),
    },
  ];
  for (const sum of sums) {
    const about = `round ${round} of run ${run}: the sum of ${sum.of} would be over`;
    if (sum.clients < minimumCohort) {
      throw quorumNotReached(
        `${about} ${sum.clients} ${who}, and federation.secureAggregation.minimumCohort is ${minimumCohort}`,
      );
    }
    if (sum.examples < minimumExamplesInSum) {
      throw quorumNotReached(
        `${about} ${sum.examples} examples, and federation.secureAggregation.minimumExamplesInSum is ${minimumExamplesInSum}`,
      );
    }
  }
}
