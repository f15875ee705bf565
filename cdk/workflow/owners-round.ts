import {
  Choice,
  Condition,
  type IChainable,
  JsonPath,
  Map as MapState,
  Pass,
} from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { maxInlineIterations } from "../../cloud/quotas.ts";
import { clientErrors } from "../../shared/errors.ts";
import { type Functions, invocation, roundUnderWay, underWay } from "./invocation.ts";
import { noDoorState } from "./no-door.ts";
import { trainInAccount, trainMaskedInAccount } from "./train-in-account.ts";
import { ownerErrors, waitForOwner } from "./wait-for-owner.ts";

/** How a stack reaches owners. */
export interface OwnersReached {
  /** Name of the bucket that jobs for the door lie in; left out where no door is deployed. */
  readonly jobs?: string | undefined;
  /** Whether owners in accounts of their own may help here. */
  readonly accounts: boolean;
}

/** The states of a round with owners: those of a masked one are others, since what comes next is. */
interface OwnersRoundStates {
  readonly map: string;
  readonly choice: string;
  readonly wait: string;
  readonly simulated: string;
  readonly silent: string;
  readonly comment: string;
  readonly noDoor: string;
  readonly inAccount: (scope: Construct) => IChainable;
}

const plain: OwnersRoundStates = {
  map: "RoundWithOwners",
  choice: "IsOwner",
  wait: "WaitForOwner",
  simulated: "TrainSimulated",
  silent: "ParticipantSilent",
  comment: "The round's participants at once, owners among them",
  noDoor: "NoDoor",
  inAccount: trainInAccount,
};

const masked: OwnersRoundStates = {
  map: "RoundWithMaskedOwners",
  choice: "IsMaskedOwner",
  wait: "WaitForMaskedOwner",
  simulated: "TrainMaskedSimulated",
  silent: "MaskedParticipantSilent",
  comment: "The round's participants at once, owners among them, who mask what they send",
  noDoor: "NoDoorToMasked",
  inAccount: trainMaskedInAccount,
};

/**
 * A round with owners. Of one in an account of its own the function is invoked there; any other is left a job, and is waited
 * for until the door says that its update is there. Simulated clients beside them train as they do in any round.
 */
export function ownersRound(scope: Construct, functions: Functions, reached: OwnersReached): MapState {
  return roundOf(scope, functions, reached, plain);
}

/** The same of a run whose updates are masked. */
export function maskedOwnersRound(scope: Construct, functions: Functions, reached: OwnersReached): MapState {
  return roundOf(scope, functions, reached, masked);
}

function roundOf(
  scope: Construct,
  functions: Functions,
  { jobs }: OwnersReached,
  states: OwnersRoundStates,
): MapState {
  const { each, isOwner, simulated } = round(scope, functions, states);
  const { silent } = each;
  isOwner
    .when(Condition.isPresent("$.participant.account"), states.inAccount(scope))
    .when(
      Condition.isPresent("$.participant.owner"),
      jobs === undefined
        ? noDoorState(scope, states.noDoor)
        : waitForOwner(scope, states.wait, jobs).addCatch(silent, caught(ownerErrors)),
    )
    .otherwise(simulated);
  return each.map.itemProcessor(isOwner);
}

const caught = (errors: readonly string[]) => ({ errors: [...errors], resultPath: "$.error" });

function round(scope: Construct, functions: Functions, states: OwnersRoundStates) {
  const silent = new Pass(scope, states.silent, {
    comment: "Reports the owner's or client's error in its place; the quorum decides whether the run goes on",
    parameters: { client: JsonPath.numberAt("$.participant.client"), error: JsonPath.objectAt("$.error") },
  });
  const simulated = invocation(scope, "TrainClient", functions.TrainClient, {
    state: states.simulated,
    comment: "Evaluates and trains the global model on the shard of a simulated client beside owners",
    payload: { ...ofRound, ...ofParticipant },
  }).addCatch(silent, caught(clientErrors));
  const isOwner = new Choice(scope, states.choice, {
    comment: "Has who keeps its data train where they are, and trains for the others",
  });
  const map = new MapState(scope, states.map, {
    comment: states.comment,
    itemsPath: "$.federation.participants",
    maxConcurrency: maxInlineIterations,
    itemSelector: {
      ...roundUnderWay,
      owners: JsonPath.objectAt("$.federation.owners"),
      participant: JsonPath.objectAt("$$.Map.Item.Value"),
    },
    resultPath: "$.reports",
  });
  return { each: { map, silent }, isOwner, simulated };
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
