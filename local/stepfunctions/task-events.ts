import { waitSuffix } from "./integrations.ts";
import type { Call, Scheduling } from "./service-call.ts";

const whole = { truncated: false };

/** The events of a service integration. @param waits for its token */
export function taskEvents(
  called: { readonly resourceType: string; readonly resource: string },
  region: string,
  scheduling: Scheduling,
  waits = false,
): Omit<Call, "perform"> {
  const kind = waits ? { ...called, resource: `${called.resource}${waitSuffix}` } : called;
  return {
    scheduled: (parameters) => [
      "TaskScheduled",
      { taskScheduledEventDetails: { ...kind, region, parameters, ...scheduling } },
    ],
    started: () => ["TaskStarted", { taskStartedEventDetails: kind }],
    ...(waits && {
      submitted: (output) => [
        "TaskSubmitted",
        { taskSubmittedEventDetails: { ...kind, output, outputDetails: whole } },
      ],
    }),
    succeeded: (output) => [
      "TaskSucceeded",
      { taskSucceededEventDetails: { ...kind, output, outputDetails: whole } },
    ],
    failed: (what, details) => [`Task${what}`, { [`task${what}EventDetails`]: { ...kind, ...details } }],
  };
}
