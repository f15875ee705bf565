import { quorumNotReached } from "../errors.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";

/** A client whose part is in a sum. */
export interface InSum {
  readonly client: number;
  readonly task: ParticipantTask;
}

/**
 * Whether the sums of a round are over enough: clients and examples. Of changes these are the examples trained with, of evaluations
 * all that the clients have, since what is held out is a small share of them, and is counted and not learnt from.
 * @param some clients in the sum; a test set, which is nobody's, is none
 * @throws QuorumNotReached naming what there is too little of
 */
export function assertEnoughInSum(
  { config, clients, run }: Pick<Plan, "config" | "clients" | "run">,
  round: number,
  some: readonly InSum[],
): void {
  const { minimumCohort, minimumExamplesInSum } = config.federation.secureAggregation;
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
        `${about} ${sum.clients} clients, and federation.secureAggregation.minimumCohort is ${minimumCohort}`,
      );
    }
    if (sum.examples < minimumExamplesInSum) {
      throw quorumNotReached(
        `${about} ${sum.examples} examples, and federation.secureAggregation.minimumExamplesInSum is ${minimumExamplesInSum}`,
      );
    }
  }
}
