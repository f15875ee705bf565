import type { Retention } from "../../cloud/deployment.ts";
import { clientsKey, clientsModelsOf, keys } from "../../shared/layout.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Inventory } from "./inventory.ts";

const dayMs = 86_400_000;

/** Whether an object that a client wrote may be missing, and why, or why not. */
export interface Absence {
  readonly excused: boolean;
  readonly why: string;
}

interface Circumstances {
  readonly record: RunRecord;
  readonly inventory: Inventory;
  /** Whether the run has ended. */
  readonly ended: boolean;
  readonly retention: Retention;
  readonly now: Date;
}

/**
 * Tells what has expired from what somebody took away. A lifecycle deletes what was written so many days ago, a round's
 * objects together and after those of the rounds before; a study removes all of a run's once that has ended.
 */
export function absenceOf({ record, inventory, ended, retention, now }: Circumstances) {
  const { run, dropsUpdates = false } = record;
  return (round: number): Absence => {
    if (dropsUpdates && ended) return { excused: true, why: "the run's study removed it" };
    if (retention === "never") return { excused: false, why: "nothing expires here" };
    const written = inventory.modified(keys.roundMetrics(run, round));
    const days = written ? (now.getTime() - written.getTime()) / dayMs : 0;
    if (days < retention) {
      return { excused: false, why: `what clients sent and keep expires after ${retention} days only` };
    }
    const oldest = Math.min(...clientsModelsOf(run).flatMap((prefix) => roundsBelow(inventory, run, prefix)));
    return oldest <= round
      ? { excused: false, why: "others of its round, or of a round before, have not expired" }
      : { excused: true, why: `it expired after ${retention} days` };
  };
}

/** Of what was written before its round had ended: what comes later, as from an owner's account, says nothing of a lifecycle. */
function roundsBelow(inventory: Inventory, run: string, prefix: string): number[] {
  return inventory.below(prefix).flatMap((key) => {
    const round = clientsKey(key)?.round;
    if (round === undefined) return [];
    const [written, ended] = [key, keys.roundMetrics(run, round)].map((one) => inventory.modified(one));
    return written && ended && written > ended ? [] : [round];
  });
}
