import type { Plan } from "../workflow/plan-record.ts";

/** What the least number of examples depends on. */
export type EvaluatedBy = Pick<Plan, "config" | "clients" | "examiner">;

/**
 * Examples that a model's figure has to be over to be set beside another's, and beside federation.stop: the quorum's
 * share of all that the clients hold out, since of a moving few the luckiest would win. A test set is always whole.
 */
export function leastExamples({ config, clients, examiner }: EvaluatedBy): number {
  if (examiner !== null) return 1;
  const heldOut = clients.reduce((sum, client) => sum + client.heldOut, 0);
  // a quorum such as 0.7 of 10 must not take 8 for its binary digits
  return Math.max(1, Math.ceil(config.federation.quorum * heldOut - 1e-9));
}
