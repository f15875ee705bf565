import type { Config } from "../../shared/config/schema.ts";
import { historyTooLong } from "../../shared/errors.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { hasMasks } from "../../shared/secure-aggregation/settings.ts";
import { maxHistoryEvents } from "../quotas.ts";
import { flowCounts } from "../workflow/counts.generated.ts";
import type { FlowCounts } from "../workflow/flow-counts.ts";

/** What a run plans to take of the quota; retries, and a baseline that comes back often, have the rest. */
const plannedEvents = 0.8 * maxHistoryEvents;

/** How rounds go: with owners, each of whom is waited for, and with masks, which helpers open. */
interface Rounds {
  readonly owners: boolean;
  readonly masked: boolean;
}

/** Events of one round, or of the final pass. */
function roundEvents(participants: number, { owners, masked }: Rounds, counts: FlowCounts): number {
  const { round, participant, ownersRound, owner, account } = counts;
  if (masked && !owners) {
    return (
      counts.maskedRound.events +
      participants * counts.masked.events +
      helperNumbers.length * counts.opening.events
    );
  }
  const opening =
    helperNumbers.length * Math.max(counts.ownersOpening.events, counts.openingInAccount.events);
  const around = masked ? counts.maskedOwnersRound.events + opening : ownersRound.events;
  // whoever asks at the door takes one more than who is invoked in its account, and may come in its place
  return owners
    ? around + participants * Math.max(owner.events, account.events)
    : round.events + participants * participant.events;
}

/** Events of an execution but for its rounds: of the one that prepares a run, which has most. */
function eventsAround({ baseline }: Config, baselineInvocations: number, counts: FlowCounts): number {
  const { execution, prepare, finish } = counts;
  const aside = baseline.enabled ? baselineInvocations * counts.baseline.events : 0;
  return execution.events + prepare.events + aside + Math.max(finish.events, counts.continue.events);
}

/**
 * Events of an undisturbed run that one execution holds: its rounds, one more that only evaluates, and the baseline
 * in as many invocations as given. Retries add to it.
 */
export function historyEvents(
  config: Config,
  baselineInvocations = 1,
  counts: FlowCounts = flowCounts,
  owners = false,
): number {
  const { round, final } = participantCounts(config);
  const rounds = { owners, masked: hasMasks(config) };
  return (
    eventsAround(config, baselineInvocations, counts) +
    config.federation.rounds * roundEvents(round, rounds, counts) +
    roundEvents(final, rounds, counts)
  );
}

/**
 * How many rounds one execution takes, with the final pass after them.
 * @param owners whether its clients are owners, each of whom is waited for
 * @throws HistoryTooLong where not even one fits
 */
export function roundsThatFit(
  config: Config,
  owners = false,
  { round, final } = participantCounts(config),
): number {
  const [ofRound, ofFinalPass] = [round, final].map((participants) =>
    roundEvents(participants, { owners, masked: hasMasks(config) }, flowCounts),
  ) as [number, number];
  const left = plannedEvents - eventsAround(config, 1, flowCounts) - ofFinalPass;
  const rounds = Math.floor(left / ofRound);
  if (rounds >= 1) return rounds;
  throw historyTooLong(
    `partition.clients: a round of ${round} and a final pass of ${final} participants take ` +
      `${ofRound + ofFinalPass} history events, and Step Functions ends an execution at ` +
      `${maxHistoryEvents}; lower partition.clients or federation.fraction`,
  );
}

/** @throws HistoryTooLong where a round does not fit an execution, or more rounds are asked of one than do */
export function checkHistory(config: Config, owners = false): void {
  const most = roundsThatFit(config, owners);
  const { executionRounds } = config.federation;
  if (executionRounds === null || executionRounds <= most) return;
  throw historyTooLong(
    `federation.executionRounds: ${executionRounds} rounds of ${participantCounts(config).round} participants do ` +
      `not fit the history of one execution; take at most ${most}, or null`,
  );
}
