import { CustomState } from "aws-cdk-lib/aws-stepfunctions";
import { Aws } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { federationKeys } from "../../shared/layout.ts";
import { refusalNames } from "../../shared/owners/refusals.ts";
import type { WaitingJob } from "../../shared/owners/waiting-job.ts";
import { byPath, helpersJobByPath, ownersJobByPath } from "./owners-job.ts";
import { passingStorageErrors, whenStorageFails } from "./retries.ts";

/** What silences an owner for a round: its time is over, it refuses by name, or nobody could leave it the job. */
export const ownerErrors = [
  "States.Timeout",
  "States.HeartbeatTimeout",
  ...passingStorageErrors,
  ...refusalNames,
] as const;

/** A job that is left, by its paths, and what its Map hands it. */
interface Left {
  readonly comment: string;
  readonly job: object;
  /** Path to the most bytes of what its owner may send. */
  readonly most: string;
  /** What stands beside the job for the door alone, by paths. */
  readonly beside?: object;
}

/**
 * Leaves the owner its job with the token that ends the wait, where the door finds it, and waits. The door hands the token
 * back with the client's report; every sign of the owner's that it is at work begins the heartbeat's time anew.
 */
export function waitForOwner(scope: Construct, name: string, bucket: string): CustomState {
  return leave(scope, name, bucket, {
    comment: "Leaves an owner its job at the door, and waits until the owner has sent its update",
    job: ownersJobByPath,
    most: "$.owners.updateBytes",
  });
}

/** Leaves an owner that helps its job likewise, with what the round's clients have reported. */
export function waitForOpening(scope: Construct, name: string, bucket: string): CustomState {
  return leave(scope, name, bucket, {
    comment: "Leaves an owner that helps its job at the door, and waits until it has opened its sums",
    job: helpersJobByPath,
    most: "$.owners.openingBytes",
    beside: byPath({ reports: "$.reports" }),
  });
}

function leave(
  scope: Construct,
  name: string,
  bucket: string,
  { comment, job, most, beside }: Left,
): CustomState {
  const waiting = {
    token: "$$.Task.Token",
    enteredAt: "$$.State.EnteredTime",
    heartbeatSeconds: "$.owners.heartbeatSeconds",
    timeoutSeconds: "$.owners.timeoutSeconds",
    updateBytes: most,
  } satisfies Record<Exclude<keyof WaitingJob, "format" | "job">, string>;
  return new CustomState(scope, name, {
    stateJson: {
      Type: "Task",
      Comment: comment,
      Resource: `arn:${Aws.PARTITION}:states:::aws-sdk:s3:putObject.waitForTaskToken`,
      Parameters: {
        Bucket: bucket,
        "Key.$": `States.Format('${federationKeys.waitingJob("{}", "{}")}', $.owners.agreement.federation, $.participant.owner)`,
        Body: { format: 1 satisfies WaitingJob["format"], ...byPath(waiting), job, ...beside },
        ContentType: "application/json",
      },
      HeartbeatSecondsPath: waiting.heartbeatSeconds,
      TimeoutSecondsPath: waiting.timeoutSeconds,
    },
  }).addRetry(whenStorageFails);
}
