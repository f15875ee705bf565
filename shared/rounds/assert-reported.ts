import { quorumNotReached } from "../errors.ts";
import { assertQuorum, whoIsSilent } from "../strategy/quorum.ts";
import type { Evaluation } from "../task/evaluation.ts";
import type { ParticipantTask } from "../workflow/fields.ts";
import type { Plan } from "../workflow/plan-record.ts";
import type { RoundMetrics } from "../workflow/round-records.ts";
import type { NextRound } from "./next-round.ts";
import type { Participant } from "./participants.ts";

interface Asked extends Pick<NextRound, "round" | "ended"> {
  readonly participants: readonly Participant[];
}

interface Reported {
  readonly updates: readonly {
    readonly client: number;
    readonly task: ParticipantTask;
    readonly evaluation: Evaluation;
  }[];
  readonly silent: readonly RoundMetrics["silent"][number][];
}

/**
 * Whether enough have reported for the round to count. The quorum is one of those who train; in the final pass, of those
 * who evaluate.
 * @throws QuorumNotReached
 */
export function assertReported(
  { config, dataset: { owners } }: Pick<Plan, "config" | "dataset">,
  { round, participants, ended }: Asked,
  { updates, silent }: Reported,
): void {
  const asked = ended === null ? "train" : "evaluate";
  const ofAsked = <T extends { readonly task: ParticipantTask }>(some: readonly T[]) =>
    some.filter(({ task }) => task === asked);
  assertQuorum(
    config.federation.quorum,
    ofAsked(participants).length,
    { updates: ofAsked(updates), silent: ofAsked(silent) },
    round,
    owners,
  );
  if (updates.some(({ evaluation }) => evaluation.examples > 0)) return;
  throw quorumNotReached(
    `round ${round}: nobody evaluated the global model (${whoIsSilent(silent, owners)})`,
  );
}
