import { FedstepError } from "../../shared/errors.ts";
import { clientsModelsOf } from "../../shared/layout.ts";
import { attemptName, type PlannedRun, runName } from "../../shared/study/plan.ts";
import type { CellOutcome } from "../../shared/study/results.ts";
import type { Result } from "../../shared/workflow/result-record.ts";
import type { DatasetRecord } from "../../shared/workflow/run-record.ts";
import { awaitRun, executeRun } from "../run/execute.ts";
import type { Progress } from "../run/progress.ts";
import type { Target } from "../targets/target.ts";
import { type Attempted, attemptedOf } from "./attempts.ts";
import type { StudyProgress } from "./progress.ts";

export interface CarryOut {
  readonly study: string;
  readonly runs: readonly PlannedRun[];
  readonly dataset: DatasetRecord;
  /** Leave the clients' models of every round where they are. */
  readonly keepUpdates: boolean;
  readonly progress: StudyProgress;
  readonly signal: AbortSignal;
  /** After each run; kept are those that were found finished. */
  readonly ended: (outcome: CellOutcome, kept: boolean) => Promise<void>;
}

/** Brings a study's runs about, one after the other: finished ones are kept, one that is under way is waited for. */
export async function carryOut(target: Target, order: CarryOut): Promise<void> {
  for (const planned of order.runs) {
    order.signal.throwIfAborted();
    const name = runName(order.study, planned, order.dataset.digest);
    const unreadable = (run: string, reason: string) =>
      order.progress.note(`run ${run} stays as it is, and is run again under another name: ${reason}`);
    const attempted = await attemptedOf(target, name, planned.config, order.dataset, unreadable);
    const outcome = await outcomeOf(target, order, planned, name, attempted);
    const kept = attempted.kind === "finished";
    await order.ended(outcome, kept);
    order.progress.ended(outcome, planned, kept);
  }
}

async function outcomeOf(
  target: Target,
  order: CarryOut,
  planned: PlannedRun,
  name: string,
  attempted: Attempted,
): Promise<CellOutcome> {
  const { cell, config } = planned;
  if (attempted.kind === "finished") return { cell, result: attempted.result };
  const watch = () => order.progress.run(name, planned);
  try {
    const result =
      attempted.kind === "under way"
        ? await awaitRun(target, attempted.run, attempted.execution, watch(), order.signal)
        : await begin(target, order, name, config, attempted, watch);
    const drops = attempted.kind === "under way" ? attempted.dropsUpdates : !order.keepUpdates;
    if (drops) await dropModels(target, result.run);
    return { cell, result };
  } catch (error) {
    if (!(error instanceof FedstepError && error.name === "ExecutionFailed")) throw error;
    // the others have something to say all the same
    return { cell, failed: { run: name, seed: config.seed, error: error.message } };
  }
}

async function begin(
  target: Target,
  { dataset, keepUpdates, signal }: CarryOut,
  name: string,
  config: PlannedRun["config"],
  { attempt, abandoned }: Extract<Attempted, { kind: "to do" }>,
  watch: () => Progress,
): Promise<Result> {
  if (!keepUpdates) for (const run of abandoned) await dropModels(target, run);
  for (let next = attempt; ; next++) {
    try {
      const run = attemptName(name, next);
      // what is removed on purpose is told from what somebody removed
      const drops = keepUpdates ? {} : ({ dropsUpdates: true } as const);
      return await executeRun(target, { run, config, dataset, ...drops }, watch, signal);
    } catch (error) {
      // Step Functions remembers the names of executions whose objects are gone
      if (!(error instanceof FedstepError && error.name === "RunExists")) throw error;
    }
  }
}

async function dropModels({ objects }: Target, run: string): Promise<void> {
  for (const prefix of clientsModelsOf(run)) await objects.removeAll(prefix);
}
