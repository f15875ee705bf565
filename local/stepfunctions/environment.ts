import type { History } from "./history.ts";
import type { Services } from "./service-call.ts";

/** What all runs of one execution share. */
export interface Environment {
  readonly history: History;
  readonly services: Services;
  readonly fastRetries: boolean;
}
