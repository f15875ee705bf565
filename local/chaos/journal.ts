import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ChaosEvent } from "./event.ts";
import type { Fault } from "./fault.ts";

/** One fault as it was injected. */
export interface Injection {
  readonly event: ChaosEvent;
  readonly fault: Fault;
}

/** Where what was injected can be read afterwards: a file for each run, with a line of JSON for each fault. */
export const journalFolder = (home: string): string => join(home, "chaos");

/** Written as it happens, since a run may be cut off at any moment. */
export function openJournal(home: string): (injection: Injection) => void {
  const folder = journalFolder(home);
  mkdirSync(folder, { recursive: true });
  return ({ event, fault }) => {
    const line = JSON.stringify({ time: new Date().toISOString(), ...event, ...fault });
    appendFileSync(join(folder, `${event.run}.jsonl`), `${line}\n`);
  };
}
