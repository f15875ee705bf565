import { type IChainable, Parallel } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { baseline } from "./baseline.ts";
import { federation } from "./federation.ts";
import { finishRun } from "./finish-run.ts";
import type { Functions } from "./invocation.ts";
import { prepareRun } from "./prepare-run.ts";

/**
 * PrepareRun -> Train -> FinishRun, where Train is two branches side by side:
 * Round (TrainClient for each client) -> AggregateRound -> done? else the next Round; and
 * baseline done? else TrainBaseline and again.
 */
export function flow(scope: Construct, functions: Functions): IChainable {
  const train = new Parallel(scope, "Train", {
    comment: "The federation, and the centralized baseline that it is compared with",
    resultPath: "$.branches",
  }).branch(federation(scope, functions), baseline(scope, functions));
  return prepareRun(scope, functions).next(train).next(finishRun(scope, functions));
}
