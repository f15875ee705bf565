import { Choice, Condition, type IChainable, Parallel } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { baseline } from "./baseline.ts";
import { continueRun } from "./continue-run.ts";
import { federationLoop } from "./federation.ts";
import { finishRunState } from "./finish-run.ts";
import type { Functions } from "./invocation.ts";
import type { OwnersReached } from "./owners-round.ts";
import { prepareRunState } from "./prepare-run.ts";

/**
 * PrepareRun -> Train -> FinishRun, where Train is two branches side by side:
 * Round (TrainClient for each participant) -> AggregateRound -> done? else the next Round; and
 * baseline done? else TrainBaseline and again.
 * A federation of more rounds than the history of one execution holds pauses; then ContinueRun starts the next
 * execution, which goes on with Train.
 * @param owners how the stack reaches them; left out where it has neither a door nor owners in accounts of their own
 */
export function flow(scope: Construct, functions: Functions, owners?: OwnersReached): IChainable {
  const train = new Parallel(scope, "Train", {
    comment: "The federation, and the centralized baseline that it is compared with",
    // local executors get paths such as $[0] wrong
    resultSelector: {
      "federation.$": "States.ArrayGetItem($, 0)",
      "baseline.$": "States.ArrayGetItem($, 1)",
    },
    resultPath: "$.trained",
  }).branch(federationLoop(scope, functions, owners), baseline(scope, functions));
  const isRunDone = new Choice(scope, "IsRunDone", {
    comment: "Goes on in another execution where this one's history would not hold all rounds",
  });
  const pauses = Condition.stringEquals("$.trained.federation.stage", "pause");
  if (owners) {
    const withOwners = Condition.isPresent("$.trained.federation.owners");
    isRunDone.when(Condition.and(pauses, withOwners), continueRun(scope, true));
  }
  isRunDone.when(pauses, continueRun(scope, false)).otherwise(finishRunState(scope, functions));
  train.next(isRunDone);
  return (
    new Choice(scope, "IsContinued", { comment: "Prepares the run unless it is under way" })
      // deeper than what somebody may write who starts an execution by hand, so that PrepareRun refuses that by name
      .when(Condition.isPresent("$.federation.stage"), train)
      .otherwise(prepareRunState(scope, functions).next(train))
  );
}
