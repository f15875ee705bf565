import { Choice, Condition, type IChainable, JsonPath, Pass } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { type Functions, invocation } from "./invocation.ts";

/** As many invocations as the epochs take, none where the baseline is turned off; ends as the baseline's state. */
export function baseline(scope: Construct, functions: Functions): IChainable {
  const train = invocation(scope, functions, "TrainBaseline", {
    comment: "Trains on the pooled shards as far as its time goes",
    payload: { run: JsonPath.stringAt("$.run"), baseline: JsonPath.objectAt("$.baseline") },
    resultPath: "$.baseline",
  });
  const done = new Pass(scope, "BaselineDone", {
    comment: "Leaves only where the baseline ended",
    inputPath: "$.baseline",
  });
  const isDone = new Choice(scope, "IsBaselineDone", { comment: "Goes on from the checkpoint until done" })
    .when(Condition.booleanEquals("$.baseline.done", true), done)
    .otherwise(train);
  train.next(isDone);
  return isDone;
}
