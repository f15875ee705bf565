import { ExecutionAlreadyExists, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { runFinished, runUnderWay } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import { executionName } from "../../shared/rounds/execution.ts";
import { runRecord } from "../../shared/workflow/run-record.ts";
import { assertSameArithmetic } from "../../shared/workflow/writer.ts";
import { commandFor } from "../targets/command-for.ts";
import { type Executed, lastExecution } from "../targets/execution.ts";
import type { Target } from "../targets/target.ts";
import { resumedState } from "./resumed-state.ts";

export interface Resumed {
  readonly execution: string;
  /** Rounds that are complete, and do not run again. */
  readonly rounds: number;
  /** Epochs of the baseline that are. */
  readonly epochs: number;
}

/**
 * Starts another execution of a run, which goes on after the last complete round and the baseline's last checkpoint.
 * Objects of a round that was cut off are written again with the same bytes.
 * @throws RunFinished, RunUnderWay, ArithmeticDiffers, RecordsUnknown, ObjectInvalid
 */
export async function resumeRun(target: Target, record: Executed): Promise<Resumed> {
  const { run } = record;
  const { objects } = target;
  if (await objects.exists(keys.result(run))) {
    throw runFinished(`run ${run} has finished; ${commandFor(target, `show ${run}`)} prints its result`);
  }
  const { number: executions, name, status } = await lastExecution(target, record);
  if (status === "RUNNING") {
    throw underWay(target, run, name);
  }
  const number = executions + 1;
  const claim = await objects.findSealed(keys.config(run), runRecord);
  if (claim) assertSameArithmetic(run, claim.writer);
  const resumed = await resumedState(objects, target.deployment, run, number);
  const execution = await startNext(target, run, number, JSON.stringify(resumed?.state ?? { run }));
  return {
    execution,
    rounds: resumed?.rounds ?? 0,
    epochs: resumed?.state.baseline.epoch ?? 0,
  };
}

/** @throws RunUnderWay where somebody else has just started it */
async function startNext(target: Target, run: string, number: number, input: string): Promise<string> {
  const { stateMachineArn, states } = target;
  const name = executionName(run, number);
  try {
    const started = await states.send(new StartExecutionCommand({ stateMachineArn, name, input }));
    return started.executionArn ?? "";
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) throw underWay(target, run, name);
    throw error;
  }
}

function underWay(target: Target, run: string, execution: string) {
  return runUnderWay(
    `run ${run} is under way in its execution ${execution}` +
      (target.endsWithCommand ? ", which another process runs and which ends with it" : ""),
  );
}
