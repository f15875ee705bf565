import { JsonPath, Map as MapState, Pass } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { roundUnderWay } from "./invocation.ts";
import { ownerErrors, waitForOpening } from "./wait-for-owner.ts";

/**
 * Each owner that helps is left its job, and is waited for until it has opened the sums of the masks that it knows; any two of them
 * suffice.
 */
export function eachOwnerOpening(scope: Construct, jobs: string): MapState {
  const silent = new Pass(scope, "OwnerHelperSilent", {
    comment: "Reports the helper's error in its place; two others suffice",
    parameters: { helper: JsonPath.numberAt("$.participant.helper"), error: JsonPath.objectAt("$.error") },
  });
  const wait = waitForOpening(scope, "WaitForOpening", jobs);
  return new MapState(scope, "EachOwnerHelper", {
    comment: "The owners that help at once, each for itself",
    itemsPath: "$.federation.owners.helpers",
    itemSelector: {
      ...roundUnderWay,
      ended: JsonPath.objectAt("$.federation.ended"),
      owners: JsonPath.objectAt("$.federation.owners"),
      participant: JsonPath.objectAt("$$.Map.Item.Value"),
      reports: JsonPath.objectAt("$.reports"),
    },
    resultPath: "$.federation.opened",
  }).itemProcessor(wait.addCatch(silent, { errors: [...ownerErrors], resultPath: "$.error" }));
}
