import { dataLimitExceeded, failureOf, type StateFailure, tooLargeCause } from "./failures.ts";
import { ExecutionHistory } from "./history.ts";
import type { Json } from "./library.ts";
import { startInContext, type Workflow } from "./program.ts";
import { run } from "./run.ts";
import { abandon, newScope, type Scope } from "./scope.ts";
import type { MachineServices } from "./service-call.ts";

export type ExecutionEnd =
  | { readonly status: "SUCCEEDED"; readonly output: string }
  | {
      readonly status: "FAILED" | "ABORTED" | "TIMED_OUT";
      readonly error: string | undefined;
      readonly cause: string | undefined;
    };

export interface ExecutionIdentity {
  readonly arn: string;
  readonly name: string;
  /** As ISO 8601 has it. */
  readonly startTime: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
}

export interface Execution {
  readonly history: ExecutionHistory;
  readonly ended: Promise<ExecutionEnd>;
  stop(error: string | undefined, cause: string | undefined): void;
}

const eventNames = { SUCCEEDED: "Succeeded", FAILED: "Failed", ABORTED: "Aborted", TIMED_OUT: "TimedOut" };

function seal(history: ExecutionHistory, root: Scope, ending: ExecutionEnd): void {
  const name = eventNames[ending.status];
  const details =
    ending.status === "SUCCEEDED"
      ? { output: ending.output, outputDetails: { truncated: false } }
      : { error: ending.error, cause: ending.cause };
  // what cuts an execution off from outside follows no event
  const cut = ending.status === "ABORTED" || ending.status === "TIMED_OUT";
  history.seal(cut ? 0 : root.previous, `Execution${name}`, { [`execution${name}EventDetails`]: details });
}

const failed = (failure: StateFailure): ExecutionEnd => ({
  status: "FAILED",
  error: failure.name,
  cause: failure.message || undefined,
});

/** Starts one execution of a workflow. The first ending counts, and whatever still runs is given up with it. */
export function startExecution(
  workflow: Workflow,
  identity: ExecutionIdentity,
  input: string,
  services: MachineServices,
): Execution {
  const history = new ExecutionHistory();
  let resolve: (ending: ExecutionEnd) => void = () => {};
  const ended = new Promise<ExecutionEnd>((settle) => {
    resolve = settle;
  });
  const root = newScope(
    {
      [startInContext]: identity.startTime,
      Execution: { Id: identity.arn, Name: identity.name },
      StateMachine: { Id: identity.stateMachineArn, Name: identity.stateMachineName },
    },
    0,
  );
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const end = (ending: ExecutionEnd): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    seal(history, root, ending);
    abandon(root);
    resolve(ending);
  };

  history.onFull = () => {
    root.previous = history.events.length;
    const cause = "The execution reached the maximum number of history events (25000).";
    end({ status: "FAILED", error: "States.Runtime", cause });
  };
  history.onTooLarge = (what) => {
    root.previous = history.events.length;
    end({ status: "FAILED", error: dataLimitExceeded, cause: tooLargeCause(what) });
  };
  const { timeoutSeconds, program, fastRetries = false } = workflow;
  if (timeoutSeconds !== undefined) {
    timer = setTimeout(
      () => end({ status: "TIMED_OUT", error: "States.Timeout", cause: undefined }),
      timeoutSeconds * 1000,
    );
  }

  const executionStartedEventDetails = { input, inputDetails: { truncated: false } };
  history.add(root, "ExecutionStarted", { executionStartedEventDetails });
  const parsed: Json = JSON.parse(input);
  run({ history, services, fastRetries }, program, parsed, root).then(
    (output) => end({ status: "SUCCEEDED", output: JSON.stringify(output) }),
    (error) => end(failed(failureOf(error))),
  );
  return { history, ended, stop: (error, cause) => end({ status: "ABORTED", error, cause }) };
}
