import type { Config } from "../../shared/config/schema.ts";
import { runInterrupted } from "../../shared/errors.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { DatasetRecord, RunRecord } from "../../shared/workflow/run-record.ts";
import { commandFor } from "../targets/command-for.ts";
import type { Target } from "../targets/target.ts";
import { followRun } from "./follow.ts";
import { startRun } from "./launch.ts";
import type { Progress } from "./progress.ts";
import { stopExecution } from "./stop.ts";
import { endOfWatching } from "./watching-ended.ts";

/** What one run on an open target takes. */
export interface RunOrder extends Pick<RunRecord, "from" | "owners" | "dropsUpdates" | "beside"> {
  readonly run: string;
  readonly config: Config;
  readonly dataset: DatasetRecord;
}

/**
 * Starts a run and waits for its result.
 * @param started called once the execution is under way, for whoever watches it from there
 * @throws RunExists where the name is taken, ExecutionFailed
 */
export async function executeRun(
  target: Target,
  { run, config, dataset, ...rest }: RunOrder,
  started: () => Progress,
  signal: AbortSignal,
): Promise<Result> {
  const execution = await startRun(target, run, config, dataset, rest);
  return awaitRun(target, run, execution, started(), signal);
}

/**
 * Waits for the result of a run that is under way. Interrupted, it stops the run where nobody could follow it later, and says
 * how to where somebody can.
 * @param execution the run's first, or a later one of it
 * @throws ExecutionFailed, RunInterrupted, WatchingEnded
 */
export async function awaitRun(
  target: Target,
  run: string,
  execution: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Result> {
  let current = execution;
  const continued = (arn: string) => {
    current = arn;
  };
  try {
    const ended = target.broken ? AbortSignal.any([signal, target.broken]) : signal;
    return await followRun(target, run, execution, { ...progress, continued }, ended);
  } catch (error) {
    target.broken?.throwIfAborted();
    if (!target.endsWithCommand) throw endOfWatching(target, run, error, signal);
    if (!signal.aborted) throw error;
    await stopExecution(target, current);
    throw runInterrupted(
      `run ${run} is stopped; ${commandFor(target, `resume ${run}`)} goes on from its last complete round`,
      { cause: error },
    );
  } finally {
    progress.end();
  }
}
