import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { runNotUnderWay } from "../../shared/errors.ts";
import { type Executed, executionArn, findExecution, lastExecution } from "../targets/execution.ts";
import type { Target } from "../targets/target.ts";

export async function stopExecution(target: Target, executionArn: string): Promise<void> {
  await target.states.send(
    new StopExecutionCommand({
      executionArn,
      error: "Interrupted",
      cause: "the person at the terminal stopped it",
    }),
  );
}

/**
 * Stops a run that is under way, in whichever of its executions that is.
 * @throws RunNotUnderWay
 */
export async function stopRun(target: Target, record: Executed): Promise<void> {
  const { run } = record;
  const last = await lastExecution(target, record);
  if (last.status !== "RUNNING") {
    throw runNotUnderWay(
      last.status === undefined
        ? `run ${run} has no execution that Step Functions remembers`
        : `run ${run} is not under way: its execution ${last.name} is ${last.status}`,
    );
  }
  // an execution may have started the next one just before it was stopped
  let { name } = last;
  for (let number = last.number + 1; ; number++) {
    await stopExecution(target, executionArn(target, name));
    const next = await findExecution(target, record, number);
    if (next === undefined || next === "another's" || next.status !== "RUNNING") return;
    name = next.name;
  }
}
