import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import * as z from "zod";
import { executionName } from "../../shared/rounds/execution.ts";
import type { RunRecord } from "../../shared/workflow/run-record.ts";
import type { Target } from "./target.ts";

/** The ARN that an execution of the federation's state machine has under a name. */
export function executionArn({ stateMachineArn }: Pick<Target, "stateMachineArn">, name: string): string {
  return `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** Where executions are asked for. */
export type Machine = Pick<Target, "states" | "stateMachineArn">;

/** What tells how a run's executions are called. */
export type Executed = Pick<RunRecord, "run" | "startedBy">;

/** The name of a run's n-th execution: the first may have given the run a shorter name than its own. */
export function nameOfExecution({ run, startedBy }: Executed, number: number): string {
  const own = number === 1 ? startedBy?.execution.split(":").at(-1) : undefined;
  return own ?? executionName(run, number);
}

/** What Step Functions tells of an execution. */
export interface Described {
  readonly executionArn?: string | undefined;
  readonly status?: string | undefined;
  /** JSON; undefined where whoever asks may not see it. */
  readonly input?: string | undefined;
  /** JSON; undefined likewise, and where it has not succeeded. */
  readonly output?: string | undefined;
}

/**
 * Whether an execution that is called as one of a run is one of it. Anybody can start an execution under any name, RUN@2
 * included: the input says whose it is.
 */
export function isOf({ run, startedBy }: Executed, { executionArn, input }: Described): boolean {
  if (input === undefined || (startedBy && startedBy.execution === executionArn)) return true;
  try {
    return executionInput.safeParse(JSON.parse(input)).data?.run === run;
  } catch {
    return false;
  }
}

/** What the command line, and an execution that goes on in a next one, hand over. */
const executionInput = z.looseObject({ run: z.string() });

/** An execution of a run. */
export interface FoundExecution {
  readonly name: string;
  readonly status: string;
  readonly output: string | undefined;
}

/** A run's n-th execution: undefined where there is none, and "another's" where its name has been taken otherwise. */
export async function findExecution(
  target: Machine,
  run: Executed,
  number: number,
): Promise<FoundExecution | "another's" | undefined> {
  const name = nameOfExecution(run, number);
  const command = new DescribeExecutionCommand({ executionArn: executionArn(target, name) });
  try {
    const described = await target.states.send(command);
    if (!isOf(run, described)) return "another's";
    return { name, status: described.status ?? "", output: described.output };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

export interface LastExecution {
  /** Executions that the run has had, or whose names were taken otherwise; 0 where Step Functions remembers none. */
  readonly number: number;
  readonly name: string;
  readonly status: string | undefined;
  readonly output: string | undefined;
}

export async function lastExecution(target: Machine, run: Executed): Promise<LastExecution> {
  let last: LastExecution = { number: 0, name: "", status: undefined, output: undefined };
  for (;;) {
    const number = last.number + 1;
    const found = await findExecution(target, run, number);
    if (found === undefined) return last;
    last = found === "another's" ? { ...last, number } : { number, ...found };
  }
}
