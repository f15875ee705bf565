import { JsonPath, type TaskStateBase } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { type Functions, invocation } from "./invocation.ts";

/**
 * What the execution was started with becomes the state that every later step narrows. The function reads it as it is,
 * with the execution that it came with: one that no command line prepared is a run too.
 */
export function prepareRunState(scope: Construct, functions: Functions): TaskStateBase {
  return invocation(scope, "PrepareRun", functions.PrepareRun, {
    comment: "Divides the data set among the clients and starts the global model",
    payload: {
      input: JsonPath.objectAt("$"),
      execution: {
        id: JsonPath.stringAt("$$.Execution.Id"),
        name: JsonPath.stringAt("$$.Execution.Name"),
        startTime: JsonPath.stringAt("$$.Execution.StartTime"),
      },
    },
  });
}
