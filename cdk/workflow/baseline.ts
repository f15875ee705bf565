import { Choice, Condition, Fail, type IChainable, JsonPath, Pass } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { noBaseline } from "../../cloud/deployment.ts";
import { baselineUnavailable } from "../../shared/errors.ts";
import { type Functions, invocation, underWay } from "./invocation.ts";

/** As many invocations as the epochs take, none where the baseline is turned off; ends as the baseline's state. */
export function baseline(scope: Construct, functions: Functions): IChainable {
  const done = new Pass(scope, "BaselineDone", {
    comment: "Leaves only where the baseline ended",
    inputPath: "$.baseline",
  });
  const isDone = new Choice(scope, "IsBaselineDone", { comment: "Goes on from the checkpoint until done" });
  return isDone
    .when(Condition.booleanEquals("$.baseline.done", true), done)
    .otherwise(toDo(scope, isDone, functions));
}

/** Only what is deployed can be invoked: a run that asks for more ends by name, however it was started. */
function toDo(scope: Construct, isDone: Choice, { TrainBaseline }: Functions): IChainable {
  if (!TrainBaseline) {
    const { name: error, message: cause } = baselineUnavailable(noBaseline);
    return new Fail(scope, "NoBaseline", {
      comment: "Ends a run that asks for the baseline, which is not deployed",
      error,
      cause,
    });
  }
  return invocation(scope, "TrainBaseline", TrainBaseline, {
    comment: "Trains on the pooled shards as far as its time goes",
    payload: { ...underWay, baseline: JsonPath.objectAt("$.baseline") },
    resultPath: "$.baseline",
  }).next(isDone);
}
