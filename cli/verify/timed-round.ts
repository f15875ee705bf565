import { keys } from "../../shared/layout.ts";
import {
  type RoundMetrics,
  type RoundTimes,
  roundTimes,
  type TimedRound,
} from "../../shared/workflow/round-records.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import type { SealedRecord } from "../../storage/sealed-records.ts";
import type { Scene } from "./scene.ts";
import { storedRecord } from "./stored-record.ts";

/**
 * A round with what it took, which nothing tells but the record itself.
 * @param original the same of the run that the round was taken over from
 */
export async function timedRound(
  scene: Scene,
  run: string,
  stored: SealedRecord<RoundMetrics>,
  original?: RoundTimes,
): Promise<SealedRecord<TimedRound>> {
  const key = keys.roundTimes(run, stored.record.round);
  const times = await storedRecord(scene, key, roundTimes);
  if (times) scene.audit.compare(key, times.raw, original ?? times.record);
  return { ...stored, record: { ...stored.record, ...(times?.record ?? noTimes) } };
}

/** In the place of times that were found to be missing or damaged. */
const noTimes = { seconds: 0, timing: { training: 0, aggregation: 0 }, usage: noUsage };
