import { assertEnoughInSum, type InSum } from "../secure-aggregation/minimum.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { RoundMetrics } from "../workflow/round-records.ts";
import { assertReported } from "./assert-reported.ts";
import type { NextRound } from "./next-round.ts";

/**
 * Whether the clients in a round's sums are enough for the round to count, and for the sums to be told.
 * @param some clients in the sums
 * @throws QuorumNotReached
 */
export function assertSummed(
  plan: Plan,
  federation: Pick<NextRound, "round" | "ended" | "participants">,
  some: readonly InSum[],
  silent: readonly RoundMetrics["silent"][number][],
): void {
  const heldOut = (client: number) => plan.clients.find((one) => one.client === client)?.heldOut ?? 0;
  const updates = some.map(({ client, task }) => ({
    client,
    task,
    evaluation: { examples: heldOut(client), lossSum: 0 },
  }));
  assertReported(plan, federation, { updates, silent });
  assertEnoughInSum(plan, federation.round, some);
}
