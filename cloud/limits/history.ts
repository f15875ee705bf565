import type { Config } from "../../shared/config/schema.ts";
import { historyTooLong } from "../../shared/errors.ts";
import { participantCounts } from "../../shared/rounds/participants.ts";
import { maxHistoryEvents } from "../quotas.ts";

/** What a run plans to take of the quota; retries, and a baseline that comes back often, have the rest. */
const plannedEvents = 0.8 * maxHistoryEvents;

/** Entered, scheduled, started, succeeded, exited. */
const taskEvents = 5;
/** Entered and exited. */
const choiceEvents = 2;
const passEvents = 2;
/** Entered, started, succeeded, exited. */
const fanOutEvents = 4;
/** An iteration's start and success around its one task. */
const participantEvents = 2 + taskEvents;
/** Start and success of the execution. */
const executionEvents = 2;

/** The Map over the participants, AggregateRound and the Choice after it. */
function roundEvents(participants: number): number {
  return fanOutEvents + participantEvents * participants + taskEvents + choiceEvents;
}

/** All of an execution but its rounds; the execution that finishes a run has as many as one that continues it. */
function fixedEvents({ baseline }: Config, baselineInvocations: number): number {
  const toStart = choiceEvents + taskEvents;
  const toEnd = choiceEvents + taskEvents;
  // the Choice before the first round, and what leaves the branch
  const federationDone = choiceEvents + passEvents;
  const baselineDone = choiceEvents + passEvents;
  const baselineLoops = baseline.enabled ? baselineInvocations * (taskEvents + choiceEvents) : 0;
  return executionEvents + toStart + fanOutEvents + federationDone + baselineDone + baselineLoops + toEnd;
}

/**
 * Events of an undisturbed run that one execution holds: its rounds, one more that only evaluates, and the baseline
 * in as many invocations as given. Retries add to it.
 */
export function historyEvents(config: Config, baselineInvocations = 1): number {
  const { round, final } = participantCounts(config);
  return (
    fixedEvents(config, baselineInvocations) +
    config.federation.rounds * roundEvents(round) +
    roundEvents(final)
  );
}

/**
 * How many rounds one execution takes, with the final pass after them.
 * @throws HistoryTooLong where not even one fits
 */
export function roundsThatFit(config: Config): number {
  const { round, final } = participantCounts(config);
  const left = plannedEvents - fixedEvents(config, 1) - roundEvents(final);
  const rounds = Math.floor(left / roundEvents(round));
  if (rounds >= 1) return rounds;
  throw historyTooLong(
    `partition.clients: a round of ${round} and a final pass of ${final} participants take ` +
      `${roundEvents(round) + roundEvents(final)} history events, and Step Functions ends an execution at ` +
      `${maxHistoryEvents}; lower partition.clients or federation.fraction`,
  );
}

/** @throws HistoryTooLong where a round does not fit an execution, or more rounds are asked of one than do */
export function checkHistory(config: Config): void {
  const most = roundsThatFit(config);
  const { executionRounds } = config.federation;
  if (executionRounds === null || executionRounds <= most) return;
  throw historyTooLong(
    `federation.executionRounds: ${executionRounds} rounds of ${participantCounts(config).round} participants do ` +
      `not fit the history of one execution; take at most ${most}, or null`,
  );
}
