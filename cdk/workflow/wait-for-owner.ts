import { CustomState } from "aws-cdk-lib/aws-stepfunctions";
import { Aws } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { federationKeys } from "../../shared/layout.ts";
import { refusalNames } from "../../shared/owners/refusals.ts";
import type { WaitingJob } from "../../shared/owners/waiting-job.ts";
import { byPath, ownersJobByPath } from "./owners-job.ts";
import { passingStorageErrors, whenStorageFails } from "./retries.ts";

/** What silences an owner for a round: its time is over, it refuses by name, or nobody could leave it the job. */
export const ownerErrors = [
  "States.Timeout",
  "States.HeartbeatTimeout",
  ...passingStorageErrors,
  ...refusalNames,
] as const;

/**
 * Leaves the owner its job with the token that ends the wait, where the door finds it, and waits. The door hands the token
 * back with the client's report; every sign of the owner's that it is at work begins the heartbeat's time anew.
 */
export function waitForOwner(scope: Construct, bucket: string): CustomState {
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
        Body: { format: 1 satisfies WaitingJob["format"], ...byPath(waiting), job: ownersJobByPath },
        ContentType: "application/json",
      },
      HeartbeatSecondsPath: waiting.heartbeatSeconds,
      TimeoutSecondsPath: waiting.timeoutSeconds,
    },
  }).addRetry(whenStorageFails);
}
