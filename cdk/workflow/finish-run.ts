import type { TaskStateBase } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { type Functions, invocation } from "./invocation.ts";

/** Takes the whole state, with what each branch ended with. */
export function finishRun(scope: Construct, functions: Functions): TaskStateBase {
  return invocation(scope, functions, "FinishRun", { comment: "Writes the run's result" });
}
