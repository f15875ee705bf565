import { executionNameOf, stateMachineArnOf } from "./execution-name.ts";
import type { ExecutionRecord } from "./execution-store.ts";
import type { HistoryEvent } from "./history.ts";

export const lost = {
  status: "ABORTED",
  error: undefined,
  cause: "The local Step Functions endpoint ended while this execution was running.",
} as const;

/** An execution that was cut off with its process. */
export function lostRecord({ owner: _, ...record }: ExecutionRecord, stopDate: number): ExecutionRecord {
  return { ...record, ...lost, events: 2, stopDate };
}

/** An execution of which nothing is known but that it was; it runs nowhere, and its name is taken. */
export function damagedRecord(
  executionArn: string,
  { damaged, touchedMs }: { readonly damaged: string; readonly touchedMs: number },
): ExecutionRecord {
  return {
    executionArn,
    stateMachineArn: stateMachineArnOf(executionArn),
    name: executionNameOf(executionArn),
    status: "ABORTED",
    startDate: touchedMs / 1000,
    stopDate: touchedMs / 1000,
    input: "{}",
    cause: `The record of this execution, ${damaged}, is damaged.`,
    events: 2,
    largestPayloadBytes: 0,
    transitions: 0,
  };
}

/** Of an execution whose events were kept nowhere: its beginning and its end. */
export function unkeptHistory({ startDate, stopDate, input, cause }: ExecutionRecord): HistoryEvent[] {
  const began = {
    id: 1,
    previousEventId: 0,
    type: "ExecutionStarted",
    timestamp: startDate,
    executionStartedEventDetails: { input },
  };
  if (stopDate === undefined) return [began];
  const ended = {
    id: 2,
    previousEventId: 0,
    type: "ExecutionAborted",
    timestamp: stopDate,
    executionAbortedEventDetails: { cause },
  };
  return [began, ended];
}
