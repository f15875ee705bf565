import type { FunctionName } from "./functions.ts";

export interface FunctionLimits {
  /** Also sets the share of a CPU: one whole vCPU at 1,769 MB. */
  readonly memoryMb: number;
  /** Lambda's own limit is 15. */
  readonly timeoutMinutes: number;
}

/** What the stack deploys, what an estimate reckons with, and what a configuration is checked against. */
export const functionLimits: Readonly<Record<FunctionName, FunctionLimits>> = {
  // the data set lies in memory as it was uploaded, beside the shards that are being written
  PrepareRun: { memoryMb: 1024, timeoutMinutes: 5 },
  // a few shards of a few megabytes; an epoch takes milliseconds, but a large local model may take all the time
  TrainClient: { memoryMb: 512, timeoutMinutes: 15 },
  // one update at a time beside two models
  AggregateRound: { memoryMb: 512, timeoutMinutes: 2 },
  // every shard at once; stops by itself before its time is up, so the most is the cheapest
  TrainBaseline: { memoryMb: 2048, timeoutMinutes: 15 },
  // metrics of every round, and two models
  FinishRun: { memoryMb: 512, timeoutMinutes: 2 },
};
