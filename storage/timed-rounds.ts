import pLimit from "p-limit";
import { keys } from "../shared/layout.ts";
import {
  type RoundMetrics,
  type RoundTimes,
  roundTimes,
  type TimedRound,
} from "../shared/workflow/round-records.ts";
import { steps } from "../shared/workflow/steps.ts";
import { checked } from "./json.ts";
import type { Objects } from "./objects.ts";
import type { SealedRecord } from "./sealed-records.ts";

/** From which on a round's times lie apart from its metrics. */
const formatOfTimes = 3;

/** Rounds with what they took. @throws ObjectMissing, ObjectInvalid, RecordsUnknown */
export function withTimes(
  objects: Objects,
  run: string,
  rounds: readonly SealedRecord<RoundMetrics>[],
): Promise<TimedRound[]> {
  const limit = pLimit(steps.finishRun.recordReaders);
  return Promise.all(
    rounds.map((round) =>
      limit(async () => ({ ...round.record, ...(await readTimes(objects, run, round)) })),
    ),
  );
}

/** What a round took. */
async function readTimes(
  objects: Objects,
  run: string,
  { record: { round }, raw, writer }: SealedRecord<RoundMetrics>,
): Promise<RoundTimes> {
  if (writer.format >= formatOfTimes) return objects.getRecord(keys.roundTimes(run, round), roundTimes);
  return checked(keys.roundMetrics(run, round), raw, roundTimes);
}
