import type { ExecutionHistory } from "./history.ts";
import type { Services } from "./service-call.ts";

/** What all runs of one execution share. */
export interface ExecutionContext {
  readonly history: ExecutionHistory;
  readonly services: Services;
  readonly fastRetries: boolean;
}
