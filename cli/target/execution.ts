import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import { executionName } from "../../shared/rounds/execution.ts";
import type { Target } from "./target.ts";

/** The ARN that an execution of the federation's state machine has under a name. */
export function executionArn({ stateMachineArn }: Pick<Target, "stateMachineArn">, name: string): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** The execution's status, or undefined where there is none of that name. */
export async function executionStatus(target: Target, name: string): Promise<string | undefined> {
  try {
    const command = new DescribeExecutionCommand({ executionArn: executionArn(target, name) });
    return (await target.states.send(command)).status;
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** How many executions a run has had, and the status of the last one. */
export async function lastExecution(
  target: Target,
  run: string,
): Promise<{ number: number; status: string | undefined }> {
  let last: { number: number; status: string | undefined } = { number: 0, status: undefined };
  for (;;) {
    const number = last.number + 1;
    const status = await executionStatus(target, executionName(run, number));
    if (status === undefined) return last;
    last = { number, status };
  }
}
