import type { ExecutionHistory } from "./history.ts";
import type { MachineServices } from "./service-call.ts";

/** What all runs of one execution share. */
export interface ExecutionContext {
  readonly history: ExecutionHistory;
  readonly services: MachineServices;
  readonly fastRetries: boolean;
}
