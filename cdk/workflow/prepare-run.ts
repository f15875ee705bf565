import type { TaskStateBase } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { type Functions, invocation } from "./invocation.ts";

/** {run} becomes the state that every later step narrows. */
export function prepareRun(scope: Construct, functions: Functions): TaskStateBase {
  return invocation(scope, "PrepareRun", functions.PrepareRun, {
    comment: "Divides the data set among the clients and starts the global model",
  });
}
