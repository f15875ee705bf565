import type { Call } from "./service-call.ts";

const whole = { truncated: false };

/** The events of an optimized integration. */
export function taskEvents(
  kind: { readonly resourceType: string; readonly resource: string },
  region: string,
  timeout: object,
): Omit<Call, "perform"> {
  return {
    scheduled: (parameters) => [
      "TaskScheduled",
      { taskScheduledEventDetails: { ...kind, region, parameters, ...timeout } },
    ],
    started: () => ["TaskStarted", { taskStartedEventDetails: kind }],
    succeeded: (output) => [
      "TaskSucceeded",
      { taskSucceededEventDetails: { ...kind, output, outputDetails: whole } },
    ],
    failed: (what, details) => [`Task${what}`, { [`task${what}EventDetails`]: { ...kind, ...details } }],
  };
}
