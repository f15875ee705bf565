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
import { clientErrors, helperErrors } from "../../shared/errors.ts";
import { type Functions, invocation, roundUnderWay, underWay } from "./invocation.ts";
import { noDoorState } from "./no-door.ts";
import { eachHelperInAccount, eachOwnerOpening } from "./owners-opening.ts";
import { maskedOwnersRound, type OwnersReached, ownersRound } from "./owners-round.ts";

/**
 * Round after round until AggregateRound says that it was the last of this execution; ends as the federation's state.
 * @param owners how the stack reaches them; undefined where it does not
 */
export function federationLoop(
  scope: Construct,
  functions: Functions,
  owners: OwnersReached | undefined,
): IChainable {
  const round = eachClient(scope, functions, plainRound);
  const masked = eachClient(scope, functions, maskedRound);
  const opening = eachHelper(scope, functions);
  const aggregate = aggregateRound(scope, functions);
  const withOwners = owners ? ownersRound(scope, functions, owners).next(aggregate) : noDoorState(scope);
  const ofMaskedOwners = owners && maskedOwners(scope, functions, owners, aggregate);
  const done = new Pass(scope, "FederationDone", {
    comment: "Leaves only where the federation ended, or pauses",
    inputPath: "$.federation",
  });
  const isDone = new Choice(scope, "IsFederationDone", {
    comment: "Trains another round, or evaluates the last model, until done",
  });
  if (ofMaskedOwners) isDone.when(Condition.and(isRound, hasOwners, isMasked), ofMaskedOwners);
  isDone
    .when(Condition.and(isRound, hasOwners), withOwners)
    .when(Condition.and(isRound, isMasked), masked)
    .when(isRound, round)
    .otherwise(done);
  round.next(aggregate);
  masked.next(opening);
  opening.next(aggregate);
  aggregate.next(isDone);
  // asked first too, since a run may be resumed when nothing is left but its result
  return isDone;
}

const isRound = Condition.stringEquals("$.federation.stage", "round");
const hasOwners = Condition.isPresent("$.federation.owners");
const isMasked = Condition.stringEquals("$.federation.sums", "masked");

/** Owners mask what they send, and three of them open the sums: those first who are invoked, as far as the stack reaches any. */
function maskedOwners(
  scope: Construct,
  functions: Functions,
  owners: OwnersReached,
  aggregate: IChainable,
): MapState {
  const round = maskedOwnersRound(scope, functions, owners);
  const openings = [
    ...(owners.accounts ? [eachHelperInAccount(scope)] : []),
    ...(owners.jobs === undefined ? [] : [eachOwnerOpening(scope, owners.jobs)]),
  ];
  const last = openings.reduce((before, next) => {
    before.next(next);
    return next;
  }, round);
  last.next(aggregate);
  return round;
}

interface RoundStates {
  readonly map: string;
  readonly task: string;
  readonly silent: string;
  readonly comment: string;
}

const plainRound: RoundStates = {
  map: "Round",
  task: "TrainClient",
  silent: "ClientSilent",
  comment: "The round's participants at once",
};

/** The same function, whose plan says that it masks what it sends; its own states, since what comes next is another one. */
const maskedRound: RoundStates = {
  map: "RoundWithMasks",
  task: "TrainMasked",
  silent: "MaskedClientSilent",
  comment: "The round's participants at once, who mask what they send",
};

/** One Task per participant and nothing else, since transitions are most of a run's price. */
function eachClient(
  scope: Construct,
  functions: Functions,
  { map, task, silent: silentName, comment }: RoundStates,
): MapState {
  const trainClient = invocation(scope, "TrainClient", functions.TrainClient, {
    state: task,
    comment: "Evaluates and trains the global model on one client's shard",
  });
  const silent = new Pass(scope, silentName, {
    comment: "Reports the client's error in its place; the quorum decides whether the run goes on",
    parameters: { client: JsonPath.numberAt("$.client"), error: JsonPath.objectAt("$.error") },
  });
  return new MapState(scope, map, {
    comment,
    itemsPath: "$.federation.participants",
    maxConcurrency: maxInlineIterations,
    itemSelector: {
      ...roundUnderWay,
      task: JsonPath.stringAt("$$.Map.Item.Value.task"),
      client: JsonPath.numberAt("$$.Map.Item.Value.client"),
    },
    resultPath: "$.reports",
  }).itemProcessor(trainClient.addCatch(silent, { errors: [...clientErrors], resultPath: "$.error" }));
}

/** Each helper opens the sums of the masks that it knows; any two of them suffice. */
function eachHelper(scope: Construct, functions: Functions): MapState {
  const openSums = invocation(scope, "OpenSums", functions.OpenSums, {
    comment: "Opens the sums of a round's masks, as one of three helpers",
  });
  const silent = new Pass(scope, "HelperSilent", {
    comment: "Reports the helper's error in its place; two others suffice",
    parameters: { helper: JsonPath.numberAt("$.helper"), error: JsonPath.objectAt("$.error") },
  });
  return new MapState(scope, "EachHelper", {
    comment: "The helpers at once, each for itself",
    itemsPath: "$.federation.helpers",
    itemSelector: {
      ...underWay,
      helper: JsonPath.numberAt("$$.Map.Item.Value"),
      federation: JsonPath.objectAt("$.federation"),
      reports: JsonPath.objectAt("$.reports"),
    },
    resultPath: "$.federation.opened",
  }).itemProcessor(openSums.addCatch(silent, { errors: [...helperErrors], resultPath: "$.error" }));
}

function aggregateRound(scope: Construct, functions: Functions) {
  return invocation(scope, "AggregateRound", functions.AggregateRound, {
    comment: "Makes the next global model of the updates, if the quorum is met",
    payload: {
      ...underWay,
      federation: JsonPath.objectAt("$.federation"),
      reports: JsonPath.objectAt("$.reports"),
    },
    resultPath: "$.federation",
  });
}
