import { JsonPath, type TaskStateBase } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { type Functions, invocation, underWay } from "./invocation.ts";

/** Takes what each branch ended with. */
export function finishRunState(scope: Construct, functions: Functions): TaskStateBase {
  return invocation(scope, "FinishRun", functions.FinishRun, {
    comment: "Writes the run's result",
    payload: {
      ...underWay,
      startedAt: JsonPath.numberAt("$.startedAt"),
      usage: JsonPath.objectAt("$.usage"),
      federation: JsonPath.objectAt("$.trained.federation"),
      baseline: JsonPath.objectAt("$.trained.baseline"),
    },
  });
}
