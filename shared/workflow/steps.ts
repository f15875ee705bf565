/**
 * What the steps' code does by number where others than the step need it too: storage reads so, and memory, time and price
 * are reckoned from it. All else of the kind stands in the step's footprint.
 */
export const steps = {
  aggregateRound: {
    /** Updates read at once: hides S3's latency without holding every update's bytes twice. */
    updateReaders: 16,
  },
  openSums: {
    /** Clients' boxes read at once. */
    boxReaders: 16,
  },
  trainBaseline: {
    /** Milliseconds of work after which it writes a checkpoint: as much as a run that is cut off may have to do again. */
    checkpointMs: 30_000,
  },
  finishRun: {
    /** Records read at once: a run has hundreds of small ones, and S3 answers each in tens of milliseconds. */
    recordReaders: 32,
  },
} as const;
