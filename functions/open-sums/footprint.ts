import { invocationMs, megabytes, wholeCpuMb } from "../../cloud/cost/speed.ts";
import type { Footprint } from "../../cloud/footprint.ts";
import { idleBytes } from "../../cloud/limits/memory.ts";
import { prefixes } from "../../shared/layout.ts";
import { helperNumbers } from "../../shared/secure-aggregation/seeds.ts";
import { steps } from "../../shared/workflow/steps.ts";

const { plan, boxes, opened, openedSets } = prefixes;

/** Boxes read at once. */
const atOnce = steps.openSums.boxReaders;

/** Milliseconds of a client's box: X25519, HKDF and AES-GCM; and of an integer in the streams of two seeds. Supposed, not measured. */
const [boxMs, integerMs] = [0.4, 2.6e-5];

/** It never reads an update, and has no right to. */
export const openSumsFootprint = {
  name: "OpenSums",
  purpose: "Opens the sums of a round's masks, as one of three helpers",
  part: "opening",
  reads: [plan, boxes, openedSets],
  writes: [],
  creates: [openedSets, opened],
  atOnce,
  limits: { memoryMb: wholeCpuMb, timeoutMinutes: 2 },
  // the sums of two seeds' streams, a stream that is added, and what is written of them
  memory: ({ integers }) => idleBytes + 5 * 8 * integers,
  smaller: ({ smallerModel }) => smallerModel,
  ms: ({ integers, participants: { round } }, _amounts, memoryMb) => ({
    invocation: invocationMs(memoryMb, {
      reads: Math.ceil(round / atOnce),
      writes: 2,
      megabytes: megabytes(2 * 8 * integers),
      cpuMs: round * (boxMs + integerMs * integers),
    }),
  }),
  deadlines: ({ smallerModel: { field, change } }) => [
    {
      what: "a round's boxes",
      units: ["invocation"],
      field,
      change: `${change}, or lower federation.fraction`,
    },
  ],
  requests: ({ rounds, masked, owners, trainings, evaluations }) => {
    // owners open sums where they are
    if (!masked || owners > 0) return { writes: 0, reads: 0 };
    const helpers = helperNumbers.length;
    return {
      // the set, and what was opened
      writes: helpers * 2 * (rounds + 1),
      // every client's boxes
      reads: helpers * (trainings + evaluations),
    };
  },
} as const satisfies Footprint;
