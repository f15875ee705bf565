/**
 * What the steps' code does by number, and their memory, time and price are reckoned from. It stands here once: a step
 * that did more at once than its limits know would run out of memory in the middle of a run.
 */
export const steps = {
  prepareRun: {
    /** Shards written at once: enough to hide S3's latency, few enough to keep memory near one data set. */
    shardWriters: 4,
  },
  trainClient: {
    /** Share of the function's memory that shards of earlier invocations may take; trainer, SDK and Node need the rest. */
    cacheShare: 0.4,
  },
  aggregateRound: {
    /** Updates read at once: hides S3's latency without holding every update's bytes twice. */
    updateReaders: 16,
  },
  trainBaseline: {
    /** Shards read at once; all of them are in memory in the end. */
    shardReaders: 8,
    /** Milliseconds of work after which it writes a checkpoint: as much as a run that is cut off may have to do again. */
    checkpointMs: 30_000,
    /** Milliseconds that it leaves to write its last checkpoint. */
    reserveMs: 5_000,
  },
  finishRun: {
    /** Records read at once: a run has hundreds of small ones, and S3 answers each in tens of milliseconds. */
    recordReaders: 32,
  },
} as const;
