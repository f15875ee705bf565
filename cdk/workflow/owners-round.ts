import {
  Choice,
  Condition,
  CustomState,
  JsonPath,
  Map as MapState,
  Pass,
} from "aws-cdk-lib/aws-stepfunctions";
import { Aws } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { maxInlineIterations } from "../../cloud/quotas.ts";
import { clientErrors } from "../../shared/errors.ts";
import { federationKeys } from "../../shared/layout.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import { refusalNames } from "../../shared/owners/refusals.ts";
import type { WaitingJob } from "../../shared/owners/waiting-job.ts";
import { type Functions, invocation, roundUnderWay, underWay } from "./invocation.ts";
import { passingStorageErrors, whenStorageFails } from "./retries.ts";

/**
 * A round with owners: each is left a job, and is waited for until the door says that its update is there. Simulated clients
 * beside them train as they do in any round.
 * @param bucket name of the one that the jobs lie in
 */
export function ownersRound(scope: Construct, functions: Functions, bucket: string): MapState {
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
    comment: "Waits for who keeps its data, and trains for the others",
  })
    .when(
      Condition.isPresent("$.participant.owner"),
      waitForOwner(scope, bucket).addCatch(silent, {
        errors: [...ownerErrors],
        resultPath: "$.error",
      }),
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

/** What silences an owner for a round: its time is over, it refuses by name, or nobody could leave it the job. */
export const ownerErrors = [
  "States.Timeout",
  "States.HeartbeatTimeout",
  ...passingStorageErrors,
  ...refusalNames,
] as const;

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

/** Each field by its path, as Amazon's language has it. */
const byPath = <Name extends string>(paths: Readonly<Record<Name, string>>) =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [`${name}.$`, path]));

/**
 * Leaves the owner its job with the token that ends the wait, where the door finds it, and waits. The door hands the token
 * back with the client's report; every sign of the owner's that it is at work begins the heartbeat's time anew.
 */
function waitForOwner(scope: Construct, bucket: string): CustomState {
  const job = {
    agreement: "$.owners.agreement",
    run: "$.run",
    plan: "$.plan",
    writer: "$.writer",
    round: "$.round",
    attempt: "$.attempt",
    task: "$.participant.task",
    client: "$.participant.client",
    chainSha256: "$.chainSha256",
  } satisfies Record<keyof OwnersJob, string>;
  const waiting = {
    token: "$$.Task.Token",
    enteredAt: "$$.State.EnteredTime",
    heartbeatSeconds: "$.owners.heartbeatSeconds",
    timeoutSeconds: "$.owners.timeoutSeconds",
    updateBytes: "$.owners.updateBytes",
  } satisfies Record<Exclude<keyof WaitingJob, "format" | "job">, string>;
  return new CustomState(scope, "WaitForOwner", {
    stateJson: {
      Type: "Task",
      Comment: "Leaves an owner its job at the door, and waits until the owner has sent its update",
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:s3:putObject.waitForTaskToken`,
      Parameters: {
        Bucket: bucket,
        "Key.$": `States.Format('${federationKeys.waitingJob("{}", "{}")}', $.owners.agreement.federation, $.participant.owner)`,
        Body: { format: 1 satisfies WaitingJob["format"], ...byPath(waiting), job: byPath(job) },
        ContentType: "application/json",
      },
      HeartbeatSecondsPath: waiting.heartbeatSeconds,
      TimeoutSecondsPath: waiting.timeoutSeconds,
    },
  }).addRetry(whenStorageFails);
}
