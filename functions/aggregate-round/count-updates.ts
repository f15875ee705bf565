import { isDeepStrictEqual } from "node:util";
import { keys } from "../../shared/layout.ts";
import { assertReported } from "../../shared/rounds/assert-reported.ts";
import type { OpenRound } from "../../shared/rounds/open-round.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { ClientReport, FederationState } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { figuresBytes } from "../../shared/workflow/record-size.ts";
import { roundUpdates } from "../../shared/workflow/round-records.ts";
import { readCounted } from "../../storage/counted-updates.ts";
import type { Objects } from "../../storage/objects.ts";
import { type RoundUpdates, readUpdates } from "../../storage/update-objects.ts";
import { publishFailures } from "./publish-round.ts";

/** A round with the updates that count in it. */
export interface CountedRound {
  readonly received: RoundUpdates;
  /** Number of the execution that they come from. */
  readonly attempt: number;
  /** null in the final pass, which goes on from nothing. */
  readonly open: OpenRound | null;
}

/**
 * The updates that count in a round: those that stand now and pass the checks, if the quorum is met. They are decided on, by
 * digest, before anything is made of them, and by the first attempt: a repetition takes its set, so that a late update
 * changes nothing.
 * @param opening opens the round anew, for the updates of an execution
 * @throws QuorumNotReached, or ObjectInvalid where an update that counts is no longer what it was
 */
export async function countUpdates(
  objects: Objects,
  plan: Plan,
  federation: FederationState,
  reports: readonly ClientReport[],
  opening: (attempt: number) => Promise<OpenRound | null>,
): Promise<CountedRound> {
  const { run } = plan;
  const { round, execution, participants } = federation;
  const attempt = execution.number;
  const strategy = openStrategy(plan.config.federation.strategy);
  const open = await opening(attempt);
  const received = await readUpdates(
    objects,
    plan,
    strategy,
    { round, attempt, participants },
    reports,
    open,
  );
  try {
    assertReported(plan, federation, received);
  } catch (error) {
    publishFailures(plan, round, received.silent.length, true);
    throw error;
  }
  const updates = received.updates.map(({ client, sha256 }) => ({ client, sha256 }));
  const decided = { round, attempt, updates, silent: [...received.silent] };
  const stands = await objects.keepFirst(
    keys.roundUpdates(run, round),
    roundUpdates,
    decided,
    figuresBytes(plan),
  );
  if (isDeepStrictEqual(stands, decided)) return { received, attempt, open };
  const again = await opening(stands.attempt);
  return {
    received: {
      updates: await readCounted(objects, plan, strategy, stands, federation, again),
      silent: stands.silent,
    },
    attempt: stands.attempt,
    open: again,
  };
}
