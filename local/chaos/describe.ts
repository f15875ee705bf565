import { describeEvent } from "./event.ts";
import { describeFault } from "./fault.ts";
import type { Injection } from "./journal.ts";

/** chaos: TrainClient, round 2, client 1, delivery 1: killed before its work */
export function describeInjection({ event, fault }: Injection): string {
  return `chaos: ${describeEvent(event)}: ${describeFault(fault)}`;
}
