import { quorumNotReached } from "../errors.ts";
import { ownerOf } from "../owners/signed-update.ts";
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
 * who evaluate. Where there are owners, it is one of these: simulated clients beside them never count.
 * @throws QuorumNotReached
 */
export function assertReported(
  plan: Pick<Plan, "config" | "dataset" | "clients" | "agreement">,
  { round, participants, ended }: Asked,
  { updates, silent }: Reported,
): void {
  const { config, dataset, agreement } = plan;
  const { owners } = dataset;
  const asked = ended === null ? "train" : "evaluate";
  const counts = (client: number) => agreement === undefined || ownerOf(plan, client) !== undefined;
  const ofAsked = <T extends { readonly client: number; readonly task: ParticipantTask }>(
    some: readonly T[],
  ) => some.filter(({ client, task }) => task === asked && counts(client));
  assertQuorum(
    config.federation.quorum,
    ofAsked(participants).length,
    { updates: ofAsked(updates), silent: ofAsked(silent) },
    round,
    owners,
    agreement ? "owners" : "clients",
  );
  if (updates.some(({ evaluation }) => evaluation.examples > 0)) return;
  throw quorumNotReached(
    `round ${round}: nobody evaluated the global model (${whoIsSilent(silent, owners)})`,
  );
}
