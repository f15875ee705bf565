import { runtimeFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import { isOptimizedInvoke } from "./unsupported.ts";

/** The two ways to call a function, which differ in what they take and give and in their events' names. */
export interface Call {
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

export const callOf = (resource: string, input: Json, timeout: object): Call =>
  isOptimizedInvoke(resource) ? optimized(input, timeout) : direct(resource, input, timeout);
