import { ExecutionAlreadyExists, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { runFinished, runUnderWay } from "../../shared/errors.ts";
import { checkpointEpoch, checkpointsOf, keys } from "../../shared/layout.ts";
import { executionName } from "../../shared/rounds/execution.ts";
import { resumedRound } from "../../shared/rounds/resumed-round.ts";
import { takenRounds } from "../../shared/rounds/taken-rounds.ts";
import type { BaselineState } from "../../shared/workflow/payloads.ts";
import { type Plan, planRecord, type RoundMetrics } from "../../shared/workflow/records.ts";
import { addUsage, noUsage } from "../../shared/workflow/usage.ts";
import { usageAtCheckpoint } from "../../storage/checkpoint-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { completedRounds } from "../../storage/run-objects.ts";
import { commandFor } from "../target/command-for.ts";
import { type Executed, lastExecution } from "../target/execution.ts";
import type { Target } from "../target/target.ts";

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
 * @throws RunFinished, RunUnderWay
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
  const plan = await objects.findRecord(keys.plan(run), planRecord);
  // metrics are written last, so that where they stand all of the round does
  const completed = plan ? await completedRounds(objects, run) : [];
  const checkpoint = await lastCheckpoint(objects, run);
  const input = plan ? resumedState(target, plan, completed, checkpoint, number) : { run };
  const execution = await startNext(target, run, number, JSON.stringify(input));
  return { execution, rounds: completed.length, epochs: checkpoint.epoch };
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

/** What PrepareRun, and the executions before, would hand on. The time between executions is nobody's work. */
function resumedState(
  { deployment }: Target,
  plan: Plan,
  completed: readonly RoundMetrics[],
  { epoch, usage }: Omit<BaselineState, "done">,
  execution: number,
) {
  const now = Date.now();
  const own = completed.slice(takenRounds(plan));
  const spent = own.reduce((sum, { seconds }) => sum + seconds, 0);
  const { enabled, epochs } = plan.config.baseline;
  const baseline: BaselineState = { epoch, done: !enabled || epoch >= epochs, usage };
  return {
    run: plan.run,
    startedAt: Math.round(now - 1000 * spent),
    usage: noUsage,
    federation: {
      ...resumedRound(plan, deployment, completed, execution),
      startedAt: now,
      usage: addUsage(...own.map(({ usage }) => usage)),
    },
    baseline,
  };
}

async function lastCheckpoint(objects: Objects, run: string): Promise<Omit<BaselineState, "done">> {
  const epoch = Math.max(0, ...(await objects.list(checkpointsOf(run))).map(checkpointEpoch));
  return { epoch, usage: await usageAtCheckpoint(objects, run, epoch) };
}
