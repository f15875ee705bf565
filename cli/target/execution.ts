import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import { executionName } from "../../shared/rounds/execution.ts";
import type { RunRecord } from "../../shared/workflow/records.ts";
import type { Target } from "./target.ts";

/** The ARN that an execution of the federation's state machine has under a name. */
export function executionArn({ stateMachineArn }: Pick<Target, "stateMachineArn">, name: string): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** Where executions are asked for. */
export type Machine = Pick<Target, "states" | "stateMachineArn">;

/** The execution's status, or undefined where there is none of that name. */
export async function executionStatus(target: Machine, name: string): Promise<string | undefined> {
  try {
    const command = new DescribeExecutionCommand({ executionArn: executionArn(target, name) });
    return (await target.states.send(command)).status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** What tells how a run's executions are called. */
export type Executed = Pick<RunRecord, "run" | "startedBy">;

/** The name of a run's n-th execution: the first may have given the run a shorter name than its own. */
export function nameOfExecution({ run, startedBy }: Executed, number: number): string {
  const own = number === 1 ? startedBy?.execution.split(":").at(-1) : undefined;
  return own ?? executionName(run, number);
}

export interface LastExecution {
  /** Executions that the run has had; 0 where Step Functions remembers none. */
  readonly number: number;
  readonly name: string;
  readonly status: string | undefined;
}

export async function lastExecution(target: Machine, run: Executed): Promise<LastExecution> {
  let last: LastExecution = { number: 0, name: "", status: undefined };
  for (;;) {
    const number = last.number + 1;
    const name = nameOfExecution(run, number);
    const status = await executionStatus(target, name);
    if (status === undefined) return last;
    last = { number, name, status };
  }
}
