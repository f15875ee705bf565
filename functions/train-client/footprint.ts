import type { Amounts } from "../../cloud/cost/amounts.ts";
import { evaluationMs, invocationMs, megabytes, trainingMs, wholeCpuMb } from "../../cloud/cost/speed.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import {
  clippingBytes,
  idleBytes,
  preparedBytes,
  shardBytes,
  trainingBytes,
} from "../../cloud/limits/memory.ts";
import type { Sizing } from "../../cloud/sizing.ts";
import { prefixes } from "../../shared/layout.ts";

const { plan, shards, globals, roundStates, clientStates, updates, boxes } = prefixes;

/** Milliseconds of a client's three boxes; and of an integer with three seeds' streams on it. Supposed, not measured. */
const [boxesMs, maskedMs] = [2, 6e-5];

/** Share of the function's memory that shards of earlier invocations may take; trainer, SDK and Node need the rest. */
export const cacheShare = 0.4;

export const trainClientFootprint = {
  name: "TrainClient",
  purpose: "Evaluates and trains the global model on one client's shard",
  part: "participant",
  reads: [plan, shards, globals, roundStates, clientStates],
  writes: [],
  creates: [updates, clientStates, boxes],
  // the global model and the shard
  atOnce: 2,
  // a few shards of a few megabytes; an epoch takes milliseconds, but a large local model may take all the time
  limits: { memoryMb: wholeCpuMb, timeoutMinutes: 15 },
  memory: (sizing, memoryMb) => {
    const { all, largest } = sizing.examples;
    const cached = Math.min(cacheShare * memoryMb * 2 ** 20, preparedBytes(sizing, all));
    const own = 2 * shardBytes(sizing, largest);
    // the masked update, a stream that is added, and what is written of them
    const masked = 4 * 8 * sizing.integers;
    const clipped = sizing.clips ? clippingBytes(sizing, largest) : 0;
    const training = trainingBytes(sizing) + clipped + masked;
    return idleBytes + cached + own + preparedBytes(sizing, largest) + training;
  },
  smaller: ({ smallerModel: { change } }) => ({
    field: "partition.clients",
    change: `raise partition.clients, lower dataset.limit, ${change}, or take a smaller training.batchSize`,
  }),
  ms: (sizing, amounts: Amounts, memoryMb) => {
    const { seen, heldOut, testSet } = amounts;
    const { parameters, vectors } = sizing;
    const { work, sends, stateRead, state, keeps } = vectors;
    // the global model, the update, the strategy's state, what the client kept and keeps
    const sent = sizing.integers > 0 ? 2 * sizing.integers : sends;
    const moved = parameters + sent + (stateRead ? state : 0) + 2 * keeps;
    return {
      training: taskMs(sizing, work.trainings * seen, (1 + work.evaluations) * heldOut, moved, memoryMb),
      // in the final pass, or where it only evaluates
      evaluation: taskMs(sizing, 0, testSet > 0 ? testSet : heldOut, 2 * parameters, memoryMb),
    };
  },
  deadlines: ({ config: { training }, smallerModel }) => {
    const work = training.localSteps === null ? "training.localEpochs" : "training.localSteps";
    return [
      {
        what: "the largest client",
        units: ["training"],
        field: work,
        change: `lower ${work}, raise partition.clients, or ${smallerModel.change}`,
      },
      { what: "the largest evaluation", units: ["evaluation"], ...smallerModel },
    ];
  },
  requests: ({ rounds, taken, trainings, returns, evaluations, masked }, { kept, keyed, stateRead }) => {
    // the start has no state to go on from; with a model that was taken over came its own
    const ofFirstRound = taken === 0 && rounds > 0 ? trainings / rounds : 0;
    return {
      // the update, and what the client keeps; beside a masked one its boxes
      writes: trainings * (kept ? 2 : 1) + evaluations + (masked ? trainings + evaluations : 0),
      // the global model and a shard; the strategy's state; what the client kept
      reads:
        2 * (trainings + evaluations) +
        // at most: an environment reads it once
        (keyed ? trainings : 0) +
        (stateRead ? trainings - ofFirstRound : 0) +
        (kept ? returns : 0),
    };
  },
} as const satisfies Footprint;

/**
 * A warm environment has kept its clients' shards, or reads them while others wait.
 * @param moved values from S3 and to it
 */
function taskMs(
  { work, integers }: Sizing,
  seen: number,
  tested: number,
  moved: number,
  memoryMb: number,
): number {
  const masked = integers > 0 ? boxesMs + (seen > 0 ? maskedMs * integers : 0) : 0;
  return invocationMs(memoryMb, {
    reads: 1,
    writes: integers > 0 ? 2 : 1,
    megabytes: megabytes(4 * moved),
    cpuMs: trainingMs(work, seen) + evaluationMs(work, tested) + masked,
  });
}
