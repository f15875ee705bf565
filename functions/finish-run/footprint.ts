import { invocationMs, megabytes, reportMs, wholeCpuMb } from "../../cloud/cost/speed.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import { idleBytes } from "../../cloud/limits/memory.ts";
import { modelFiles, prefixes } from "../../shared/layout.ts";
import { steps } from "../../shared/workflow/steps.ts";

const {
  plan,
  partition,
  globals,
  roundMetrics,
  roundTimes,
  baseline,
  models,
  oneClientModels,
  expenses,
  result,
  report,
} = prefixes;

/** Records of rounds and epochs read at once. */
const atOnce = steps.finishRun.recordReaders;

export const finishRunFootprint = {
  name: "FinishRun",
  purpose: "Writes the run's result, its report and the models to take away",
  part: "finish",
  reads: [plan, partition, globals, roundMetrics, roundTimes, baseline, expenses],
  writes: [],
  creates: [models, oneClientModels, expenses, report, result],
  atOnce,
  // metrics and times of every round, and two models
  limits: { memoryMb: wholeCpuMb, timeoutMinutes: 2 },
  memory: ({ parameters }) => idleBytes + 8 * 4 * parameters,
  smaller: ({ smallerModel }) => smallerModel,
  ms: ({ config, parameters }, _amounts, memoryMb) => ({
    invocation: invocationMs(memoryMb, {
      reads: Math.ceil((2 * config.federation.rounds + config.baseline.epochs) / atOnce) + 4,
      writes: 4,
      megabytes: 6 * megabytes(4 * parameters),
      cpuMs: reportMs,
    }),
  }),
  deadlines: () => [],
  requests: ({ rounds, taken, baseline }) => {
    const models = baseline ? 2 : 1;
    return {
      // the models' files; expenses, report and result
      writes: modelFiles.length * models + 3,
      // partition; metrics and times of the rounds and the final pass; epochs, and how the clients fare; the final models
      reads: 1 + 2 * (taken + rounds + 1) + (baseline ? baseline.epochs + 1 : 0) + models,
    };
  },
} as const satisfies Footprint;
