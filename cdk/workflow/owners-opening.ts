import { type IChainable, JsonPath, Map as MapState, Pass } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { askInAccount } from "./in-account.ts";
import { roundUnderWay } from "./invocation.ts";
import { byPath, helpersJobByPath } from "./owners-job.ts";
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
  return eachOf(scope, {
    name: "EachOwnerHelper",
    comment: "The owners that help at once, each for itself",
    itemsPath: "$.federation.owners.helpers",
    resultPath: "$.federation.opened",
    each: wait.addCatch(silent, { errors: [...ownerErrors], resultPath: "$.error" }),
  });
}

/**
 * Of each that is in an account of its own the function is invoked there. It comes before those who are waited for, in a Map of its
 * own: a Choice for each helper would be three states more a round, and this Map is one.
 */
export function eachHelperInAccount(scope: Construct): MapState {
  return eachOf(scope, {
    name: "EachHelperInAccount",
    comment: "The owners that help in accounts of their own at once, each for itself",
    itemsPath: "$.federation.owners.helpersInAccounts",
    resultPath: "$.federation.openedInAccounts",
    each: askInAccount(scope, {
      name: "OpenInAccount",
      silent: "HelpersAccountSilent",
      comment:
        "Has the function of an owner that helps open the sums of a round's masks in the owner's account",
      payload: { job: helpersJobByPath, ...byPath({ reports: "$.reports" }) },
      known: "helper",
    }),
  });
}

interface Openings {
  readonly name: string;
  readonly comment: string;
  readonly itemsPath: string;
  readonly resultPath: string;
  readonly each: IChainable;
}

function eachOf(scope: Construct, { name, comment, itemsPath, resultPath, each }: Openings): MapState {
  return new MapState(scope, name, {
    comment,
    itemsPath,
    itemSelector: {
      ...roundUnderWay,
      ended: JsonPath.objectAt("$.federation.ended"),
      owners: JsonPath.objectAt("$.federation.owners"),
      participant: JsonPath.objectAt("$$.Map.Item.Value"),
      reports: JsonPath.objectAt("$.reports"),
    },
    resultPath,
  }).itemProcessor(each);
}
