import { type Federates, type Participant, participantsOf } from "../rounds/participants.ts";

/**
 * Whether a job can only be that of a run's end: an evaluation after the plan's rounds, or in one in which the plan does not
 * have the client evaluate. Where a run ends early, in a round in which the client evaluates anyway, nobody but AggregateRound
 * can tell, and this says no.
 */
export function isFinalPass(
  plan: Federates,
  { task, round, client }: Participant & { readonly round: number },
): boolean {
  if (task !== "evaluate") return false;
  if (round > plan.config.federation.rounds) return true;
  return participantsOf(plan, round).find((one) => one.client === client)?.task !== "evaluate";
}
