import type { CustomState } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { askInAccount } from "./in-account.ts";
import { ownersJobByPath } from "./owners-job.ts";

/** Has an owner's function train in its account. */
export function trainInAccount(scope: Construct): CustomState {
  return askInAccount(scope, {
    name: "TrainInAccount",
    silent: "AccountSilent",
    comment: "Has an owner's function train in the owner's account, on data that stay there",
    payload: ownersJobByPath,
    known: "client",
  });
}

/** The same behind masks: helpers are told in which account, below whose number its boxes are. */
export function trainMaskedInAccount(scope: Construct): CustomState {
  return askInAccount(scope, {
    name: "TrainMaskedInAccount",
    silent: "MaskedAccountSilent",
    comment: "Has an owner's function train in the owner's account, and mask what it sends",
    payload: ownersJobByPath,
    known: "client",
    beside: ["account"],
  });
}
