import type { Amounts } from "../../cloud/cost/amounts.ts";
import {
  evaluationMs,
  invocationMs,
  megabytes,
  perByteMs,
  stepMs,
  trainingMs,
  wholeCpuMb,
} from "../../cloud/cost/speed.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import { idleBytes, preparedBytes, shardBytes, trainingBytes } from "../../cloud/limits/memory.ts";
import { prefixes } from "../../shared/layout.ts";

const { plan, shards, globals, baseline } = prefixes;

/** Shards read at once; all of them are in memory in the end. */
const atOnce = 8;
/** Milliseconds that it leaves to write its last checkpoint. */
export const reserveMs = 5_000;

export const trainBaselineFootprint = {
  name: "TrainBaseline",
  purpose: "Trains the same model on the pooled shards, as far as its time goes",
  part: "baseline",
  reads: [plan, shards, globals, baseline],
  writes: [],
  creates: [baseline],
  atOnce,
  // stops by itself before its time is up
  limits: { memoryMb: wholeCpuMb, timeoutMinutes: 15 },
  memory: (sizing) => {
    const { all } = sizing.examples;
    return idleBytes + 2 * shardBytes(sizing, all) + 2 * preparedBytes(sizing, all) + trainingBytes(sizing);
  },
  smaller: () => ({
    field: "baseline.enabled",
    change: "set baseline.enabled to false, or lower dataset.limit",
  }),
  ms: ({ config, data, valueBytes, work, parameters }, amounts: Amounts, memoryMb) => {
    const { clients } = config.partition;
    return {
      // all that it does besides its epochs
      invocation: invocationMs(memoryMb, {
        reads: Math.ceil(clients / atOnce),
        writes: 2,
        megabytes: megabytes(amounts.used * data.features * valueBytes) + 2 * megabytes(4 * parameters),
        cpuMs: perByteMs * amounts.used * data.features * valueBytes,
      }),
      epoch: stepMs(memoryMb, {
        writes: 1,
        cpuMs:
          trainingMs(work, clients * amounts.train) +
          evaluationMs(work, clients * amounts.heldOut + amounts.testSet),
      }),
    };
  },
  // the shortest invocation, with the time that it leaves to write its checkpoint
  deadlines: ({ smallerModel }) => [
    {
      what: "one epoch",
      units: ["invocation", "epoch"],
      reserveMs,
      field: "baseline.enabled",
      change: `set baseline.enabled to false, or ${smallerModel.change}`,
    },
  ],
  requests: ({ baseline, shards }) => ({
    // an object for each epoch, two for each checkpoint, and how the clients fare
    writes: baseline ? baseline.epochs + 2 * baseline.checkpoints + 1 : 0,
    // all shards, the checkpoint or the start, and whether the last epoch is decided
    reads: baseline ? baseline.invocations * (shards + 2) : 0,
  }),
} as const satisfies Footprint;
