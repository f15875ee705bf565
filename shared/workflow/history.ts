import type { Config } from "../config/schema.ts";
import { historyTooLong } from "../errors.ts";

/** AWS's quota for one standard execution. */
export const maxHistoryEvents = 25_000;
/** AWS's quota for the input or output of a state, in bytes. */
export const maxPayloadBytes = 256 * 1024;

/** Entered, scheduled, started, succeeded, exited. */
const taskEvents = 5;
/** Entered and exited. */
const choiceEvents = 2;
const succeedEvents = 2;
/** Entered, started, succeeded, exited. */
const fanOutEvents = 4;
/** An iteration's start and success around its one task. */
const clientEvents = 2 + taskEvents;
/** Start and success of the execution. */
const executionEvents = 2;

/**
 * Events of an undisturbed run: the Map, AggregateRound and the Choice of every round, one more round that only
 * evaluates, and the baseline in as many invocations as given. Retries add to it.
 */
export function historyEvents({ partition, federation, baseline }: Config, baselineInvocations = 1): number {
  const round = fanOutEvents + clientEvents * partition.clients + taskEvents + choiceEvents;
  const baselineLoops = baseline.enabled ? baselineInvocations : 0;
  return (
    executionEvents +
    2 * taskEvents +
    fanOutEvents +
    (federation.rounds + 1) * round +
    succeedEvents +
    baselineLoops * (taskEvents + choiceEvents) +
    choiceEvents +
    succeedEvents
  );
}

/** @throws HistoryTooLong with the number of rounds that would fit */
export function checkHistory(config: Config): void {
  const events = historyEvents(config);
  if (events <= maxHistoryEvents) return;
  const base = historyEvents({ ...config, federation: { ...config.federation, rounds: 0 } });
  const perRound = (events - base) / config.federation.rounds;
  const rounds = Math.floor((maxHistoryEvents - base) / perRound);
  throw historyTooLong(
    `federation.rounds: ${config.federation.rounds} rounds of ${config.partition.clients} clients need ${events} ` +
      `history events, and Step Functions ends an execution at ${maxHistoryEvents}; ` +
      (rounds > 0
        ? `with ${config.partition.clients} clients at most ${rounds} rounds fit`
        : `lower partition.clients: a round of ${config.partition.clients} clients alone takes ${perRound}`),
  );
}
