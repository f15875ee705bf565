import { runtimeFailure } from "./failures.ts";
import type { InvokeOptions } from "./lambda-invoker.ts";
import type { Json } from "./library.ts";
import type { Call, Scheduling } from "./service-call.ts";
import { taskEvents } from "./task-events.ts";

const whole = { truncated: false };

/** A function by its ARN: the payload goes in as it is, and the answer comes out. */
export function directCall(resource: string, input: Json, scheduling: Scheduling): Call {
  return {
    perform: async ({ invoke }, options) =>
      JSON.parse(await invoke(resource, JSON.stringify(input), options)),
    scheduled: (text) => [
      "LambdaFunctionScheduled",
      { lambdaFunctionScheduledEventDetails: { resource, input: text, inputDetails: whole, ...scheduling } },
    ],
    started: () => ["LambdaFunctionStarted", {}],
    succeeded: (output) => [
      "LambdaFunctionSucceeded",
      { lambdaFunctionSucceededEventDetails: { output, outputDetails: whole } },
    ],
    failed: (kind, details) => [`LambdaFunction${kind}`, { [`lambdaFunction${kind}EventDetails`]: details }],
  };
}

/** lambda:invoke, which wraps payload and answer. @param waits for its token */
export function invokeCall(input: Json, scheduling: Scheduling, waits: boolean): Call {
  const fields = typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
  const functionName = fields.FunctionName;
  if (typeof functionName !== "string") throw runtimeFailure("lambda:invoke needs a FunctionName");
  const kind = { resourceType: "lambda", resource: "invoke" };
  return {
    async perform({ invoke }, options: InvokeOptions) {
      const answer = await invoke(functionName, JSON.stringify(fields.Payload ?? {}), options);
      return { ExecutedVersion: "$LATEST", Payload: JSON.parse(answer), StatusCode: 200 };
    },
    ...taskEvents(kind, functionName.split(":")[3] ?? "", scheduling, waits),
  };
}
