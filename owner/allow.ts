import { ownerInvalid } from "../shared/errors.ts";
import { approvalOf, type LogEntry } from "../shared/owners/log-entry.ts";
import type { OwnerHome } from "./home.ts";

type Waits = Extract<LogEntry, { event: "waits" }>;

/** Runs that wait for a person, the last plan of each. */
export function waitingRuns(entries: readonly LogEntry[]): Waits[] {
  const waits = entries.filter((one): one is Waits => one.event === "waits");
  return waits.filter(
    (one) => approvalOf(entries, one) === "waits" && waits.findLast(({ run }) => run === one.run) === one,
  );
}

/** Lets a run through, by the plan that it waits with: another plan of its name asks anew. @throws OwnerInvalid */
export async function allowRun({ log }: OwnerHome, run: string, at: Date): Promise<Waits> {
  const waiting = waitingRuns(log.entries);
  const found = waiting.find((one) => one.run === run);
  if (!found) {
    const others = waiting.map((one) => one.run).join(", ") || "none";
    throw ownerInvalid(`${run}: is no run that waits for you; those that wait: ${others}`);
  }
  const { agreement, plan } = found;
  await log.append({ event: "allowed", agreement, run, plan }, at);
  return found;
}
