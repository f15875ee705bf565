import { recordsUnknown } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { baselineEpoch } from "../../shared/workflow/round-records.ts";
import { buildOf, thisWriter, writerName } from "../../shared/workflow/writer.ts";
import type { Objects } from "../../storage/objects.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";

/** From which on a round's updates are decided on before anything is made of them, and name the execution. */
const formatOfAttempts = 4;

/** How far a run has come. */
interface Reached {
  /** The first round that is not complete. */
  readonly round: number;
  /** The epoch of the baseline's last checkpoint. */
  readonly epoch: number;
}

/**
 * A version before format 4 may have been cut off when it had made a part of a round, or of the end: this one would come to
 * other bytes of it, and what stands is written once.
 * @throws RecordsUnknown, which names what to have removed
 */
export async function assertNothingHalfMade(
  objects: Objects,
  { record: plan, writer }: SealedRecord<Plan>,
  reached: Reached,
): Promise<void> {
  if (writer.format >= formatOfAttempts) return;
  const { run } = plan;
  const found = [
    ...(await madeOfRound(objects, run, reached.round)),
    ...(await lastEpochs(objects, run, reached.epoch)),
    // the result comes after it, and a run that has one is not resumed
    ...(await standing(objects, [keys.report(run)])),
  ];
  if (found.length === 0) return;
  const them = found.length === 1 ? "it" : "them";
  throw recordsUnknown(
    `${writerName(writer)} was cut off when it had written ${found.join(" and ")}, and ${writerName(thisWriter)} would ` +
      `write other bytes there: have ${them} removed and resume run ${run}, which makes ${them} again, or take ` +
      `${buildOf(writer)} for it`,
  );
}

async function madeOfRound(objects: Objects, run: string, round: number): Promise<string[]> {
  // an execution of this version has begun with the round
  if (await objects.exists(keys.roundUpdates(run, round))) return [];
  return standing(objects, [keys.global(run, round), keys.roundState(run, round)]);
}

/** An epoch's record that says how each client fares, which stands apart from it since. */
async function lastEpochs(objects: Objects, run: string, reached: number): Promise<string[]> {
  for (let epoch = reached + 1; ; epoch++) {
    const key = keys.baselineEpoch(run, epoch);
    const found = await objects.findRecord(key, baselineEpoch);
    if (!found) return [];
    if (found.clients) return [key];
  }
}

async function standing(objects: Objects, some: readonly string[]): Promise<string[]> {
  const stand = await Promise.all(some.map((key) => objects.exists(key)));
  return some.filter((_, i) => stand[i]);
}
