import { invocationMs, megabytes, perParameterMs, wholeCpuMb } from "../../cloud/cost/speed.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import { idleBytes } from "../../cloud/limits/memory.ts";
import { prefixes } from "../../shared/layout.ts";
import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { steps } from "../../shared/workflow/steps.ts";

const { plan, updates, opened, noiseKey, globals, roundStates, roundMetrics, roundTimes, roundUpdates } =
  prefixes;

/** Updates read at once. */
const atOnce = steps.aggregateRound.updateReaders;

/** It never sees an example, and has no right to. */
export const aggregateRoundFootprint = {
  name: "AggregateRound",
  purpose: "Makes the next global model of a round's updates",
  part: "round",
  reads: [plan, updates, opened, noiseKey, globals, roundStates, roundUpdates, roundTimes],
  writes: [],
  creates: [roundUpdates, globals, roundStates, roundTimes, roundMetrics],
  atOnce,
  limits: { memoryMb: wholeCpuMb, timeoutMinutes: 2 },
  // by values: updates on their way, as S3's answer and put together, or all of the round where they are
  // held against each other; each sum in both halves and rounded; the models before and after, the step between the two
  // before, and the states
  memory: ({ integers, parameters, participants: { round }, vectors: { sends, state, summed } }) => {
    // masked ones in twice as many bytes; the sum of all, and what three helpers have opened, as read and as compared
    if (integers > 0) {
      const masked = 8 * integers * (2 * Math.min(round, atOnce) + 3 * 2 * 2 + 4);
      return idleBytes + masked + 4 * (9 * parameters + 2 * state);
    }
    const updates = 2 * Math.min(round, atOnce) + (summed ? 0 : round);
    const sums = summed ? 6 : 0;
    return idleBytes + 4 * ((updates + sums) * sends + 9 * parameters + 2 * state);
  },
  smaller: ({ smallerModel: { field, change } }) => ({
    field,
    change: `${change}, or lower federation.fraction, so that fewer updates come together`,
  }),
  ms: ({ integers, parameters, participants: { round }, vectors: { sends } }, _amounts, memoryMb) => ({
    invocation: invocationMs(memoryMb, {
      reads: Math.ceil(round / atOnce) + (integers > 0 ? 2 : 1),
      writes: 4,
      megabytes: megabytes(
        4 * 3 * parameters + (integers > 0 ? 8 * integers * (round + 3 * 2) : 4 * round * sends),
      ),
      cpuMs: perParameterMs * sends * round,
    }),
  }),
  deadlines: ({ smallerModel: { field, change } }) => [
    {
      what: "a round's updates",
      units: ["invocation"],
      field,
      change: `${change}, or lower federation.fraction`,
    },
  ],
  requests: ({ rounds, taken, trainings, evaluations, masked }, { stateful, hidden }) => ({
    // which updates count, global model, state, times and metrics; the final pass has neither model nor state
    writes: rounds * (stateful ? 5 : 4) + 3,
    reads:
      // every update, wherever it comes from
      trainings +
      evaluations +
      // the key of the noise
      (hidden ? rounds : 0) +
      // what the helpers have opened
      (masked ? helperNumbers.length * (rounds + 1) : 0) +
      // the global model before, in the final pass too, the one before that where updates are seen, and the state before
      rounds +
      1 +
      (masked ? 0 : Math.max(0, rounds - 1)) +
      (stateful ? Math.max(0, taken === 0 ? rounds - 1 : rounds) : 0),
  }),
} as const satisfies Footprint;
