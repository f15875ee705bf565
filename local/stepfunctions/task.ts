import type { StateDefinition } from "./definition.ts";
import { Abandoned, failureOf, runtimeFailure } from "./failures.ts";
import type { Line } from "./history.ts";
import type { Json } from "./library.ts";
import type { Environment } from "./run.ts";
import type { Scope } from "./scope.ts";
import { isOptimizedInvoke } from "./unsupported.ts";

/** The two ways to call a function, which differ in what they take and give and in their events' names. */
interface Call {
  readonly functionName: string;
  readonly payload: Json;
  scheduled(input: string): [type: string, details: object];
  started(): [type: string, details: object];
  succeeded(output: string): [type: string, details: object];
  failed(kind: "Failed" | "TimedOut", details: object): [type: string, details: object];
  /** The state's result from the function's answer. */
  result(answer: Json): Json;
}

const whole = { truncated: false };

function direct(resource: string, input: Json, timeout: object): Call {
  return {
    functionName: resource,
    payload: input,
    scheduled: (text) => [
      "LambdaFunctionScheduled",
      { lambdaFunctionScheduledEventDetails: { resource, input: text, inputDetails: whole, ...timeout } },
    ],
    started: () => ["LambdaFunctionStarted", {}],
    succeeded: (output) => [
      "LambdaFunctionSucceeded",
      { lambdaFunctionSucceededEventDetails: { output, outputDetails: whole } },
    ],
    failed: (kind, details) => [`LambdaFunction${kind}`, { [`lambdaFunction${kind}EventDetails`]: details }],
    result: (answer) => answer,
  };
}

function optimized(input: Json, timeout: object): Call {
  const fields = typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
  const functionName = fields.FunctionName;
  if (typeof functionName !== "string") throw runtimeFailure("lambda:invoke needs a FunctionName");
  const kind = { resourceType: "lambda", resource: "invoke" };
  return {
    functionName,
    payload: fields.Payload ?? {},
    scheduled: (parameters) => [
      "TaskScheduled",
      {
        taskScheduledEventDetails: {
          ...kind,
          region: functionName.split(":")[3] ?? "",
          parameters,
          ...timeout,
        },
      },
    ],
    started: () => ["TaskStarted", { taskStartedEventDetails: kind }],
    succeeded: (output) => [
      "TaskSucceeded",
      { taskSucceededEventDetails: { ...kind, output, outputDetails: whole } },
    ],
    failed: (what, details) => [`Task${what}`, { [`task${what}EventDetails`]: { ...kind, ...details } }],
    result: (answer) => ({ ExecutedVersion: "$LATEST", Payload: answer, StatusCode: 200 }),
  };
}

/** One attempt of a Task state: invokes the function, and records what became of it. */
export async function runTask(
  { history, invoke }: Environment,
  name: string,
  state: StateDefinition,
  input: Json,
  scope: Scope,
): Promise<Json> {
  const seconds = state.TimeoutSeconds;
  const timeout = seconds === undefined ? {} : { timeoutInSeconds: seconds };
  const resource = String(state.Resource);
  const call = isOptimizedInvoke(resource) ? optimized(input, timeout) : direct(resource, input, timeout);
  const add = (line: Line, [type, details]: [string, object]): void => history.add(line, type, details);

  const control = new AbortController();
  let over = false;
  const giveUp = (): void => {
    over = true;
    control.abort();
  };
  scope.task = {
    abandon: giveUp,
    timedOut() {
      add(scope, call.failed("TimedOut", { error: "States.Timeout" }));
      giveUp();
    },
  };
  add(scope, call.scheduled(history.payload(JSON.stringify(input), `The task input of the state '${name}'`)));
  add(scope, call.started());
  // the payload may have been too large, or the history full
  if (over) throw new Abandoned();
  try {
    const text = await invoke(call.functionName, JSON.stringify(call.payload), control.signal);
    if (over) throw new Abandoned();
    const result = call.result(JSON.parse(text));
    add(scope, call.succeeded(history.payload(JSON.stringify(result), `The state/task '${resource}'`)));
    return result;
  } catch (error) {
    if (over) throw new Abandoned();
    const failure = failureOf(error);
    add(scope, call.failed("Failed", { error: failure.name, cause: failure.message }));
    throw failure;
  } finally {
    scope.task = undefined;
  }
}
