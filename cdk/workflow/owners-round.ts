import { Choice, Condition, JsonPath, Map as MapState, Pass } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { maxInlineIterations } from "../../cloud/quotas.ts";
import { clientErrors } from "../../shared/errors.ts";
import { type Functions, invocation, roundUnderWay, underWay } from "./invocation.ts";
import { noDoorState } from "./no-door.ts";
import { trainInAccount } from "./train-in-account.ts";
import { ownerErrors, waitForOwner } from "./wait-for-owner.ts";

/** How a stack reaches owners. */
export interface OwnersReached {
  /** Name of the bucket that jobs for the door lie in; left out where no door is deployed. */
  readonly jobs?: string | undefined;
}

/**
 * A round with owners. Of one in an account of its own the function is invoked there; any other is left a job, and is waited
 * for until the door says that its update is there. Simulated clients beside them train as they do in any round.
 */
export function ownersRound(scope: Construct, functions: Functions, { jobs }: OwnersReached): MapState {
  const silent = new Pass(scope, "ParticipantSilent", {
    comment: "Reports the owner's or client's error in its place; the quorum decides whether the run goes on",
    parameters: { client: JsonPath.numberAt("$.participant.client"), error: JsonPath.objectAt("$.error") },
  });
  const simulated = invocation(scope, "TrainClient", functions.TrainClient, {
    state: "TrainSimulated",
    comment: "Evaluates and trains the global model on the shard of a simulated client beside owners",
    payload: { ...ofRound, ...ofParticipant },
  });
  const isOwner = new Choice(scope, "IsOwner", {
    comment: "Has who keeps its data train where they are, and trains for the others",
  })
    .when(Condition.isPresent("$.participant.account"), trainInAccount(scope))
    .when(
      Condition.isPresent("$.participant.owner"),
      jobs === undefined
        ? noDoorState(scope)
        : waitForOwner(scope, jobs).addCatch(silent, { errors: [...ownerErrors], resultPath: "$.error" }),
    )
    .otherwise(simulated.addCatch(silent, { errors: [...clientErrors], resultPath: "$.error" }));
  return new MapState(scope, "RoundWithOwners", {
    comment: "The round's participants at once, owners among them",
    itemsPath: "$.federation.participants",
    maxConcurrency: maxInlineIterations,
    itemSelector: {
      ...roundUnderWay,
      owners: JsonPath.objectAt("$.federation.owners"),
      participant: JsonPath.objectAt("$$.Map.Item.Value"),
    },
    resultPath: "$.reports",
  }).itemProcessor(isOwner);
}

const ofRound = {
  ...underWay,
  round: JsonPath.numberAt("$.round"),
  attempt: JsonPath.numberAt("$.attempt"),
  chainSha256: JsonPath.stringAt("$.chainSha256"),
} as const;
const ofParticipant = {
  task: JsonPath.stringAt("$.participant.task"),
  client: JsonPath.numberAt("$.participant.client"),
} as const;
