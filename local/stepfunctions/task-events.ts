import type { Call, Scheduling } from "./service-call.ts";

const whole = { truncated: false };

/** The events of an optimized integration. */
export function taskEvents(
  kind: { readonly resourceType: string; readonly resource: string },
  region: string,
  scheduling: Scheduling,
): Omit<Call, "perform"> {
  return {
    scheduled: (parameters) => [
      "TaskScheduled",
      { taskScheduledEventDetails: { ...kind, region, parameters, ...scheduling } },
    ],
    started: () => ["TaskStarted", { taskStartedEventDetails: kind }],
    succeeded: (output) => [
      "TaskSucceeded",
      { taskSucceededEventDetails: { ...kind, output, outputDetails: whole } },
    ],
    failed: (what, details) => [`Task${what}`, { [`task${what}EventDetails`]: { ...kind, ...details } }],
  };
}
