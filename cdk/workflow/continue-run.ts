import { CustomState } from "aws-cdk-lib/aws-stepfunctions";
import { Aws } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { FederationState } from "../../shared/workflow/payloads.ts";

/** Of the federation's state all but its stage: what paused here goes on there. */
const whereItIs = [
  "round",
  "participants",
  "ended",
  "best",
  "medianNorm",
  "sums",
  "helpers",
  "execution",
  "chainSha256",
  "weightsSha256",
  "startedAt",
  "usage",
] satisfies Exclude<keyof FederationState, "stage" | "owners" | "opened">[];

/**
 * Starts the run's next execution of this same state machine, with the state that PrepareRun would give it, and ends.
 * Repeated, it finds the execution that it has started: Step Functions takes the same name with the same input for
 * the same execution.
 * @param owners whether the state says how owners are waited for, which a path to nothing would end the execution by
 */
export function continueRun(scope: Construct, owners: boolean): CustomState {
  const fields = owners ? [...whereItIs, "owners"] : whereItIs;
  return new CustomState(scope, owners ? "ContinueWithOwners" : "ContinueRun", {
    stateJson: {
      Type: "Task",
      Comment: `Starts the execution that goes on with the next round${owners ? ", and its owners" : ""}`,
      Resource: `arn:${Aws.PARTITION}:states:::states:startExecution`,
      Parameters: {
        "StateMachineArn.$": "$$.StateMachine.Id",
        "Name.$": "$.trained.federation.execution.name",
        Input: {
          "run.$": "$.run",
          "plan.$": "$.plan",
          "writer.$": "$.writer",
          "startedAt.$": "$.startedAt",
          "usage.$": "$.usage",
          federation: { stage: "round", ...selected("$.trained.federation", fields) },
          "baseline.$": "$.trained.baseline",
        },
      },
      // waits at most 1 + 2 + 4 = 7 s; nothing here depends on the run, so whatever fails is the service's own
      Retry: [
        {
          ErrorEquals: ["States.TaskFailed"],
          IntervalSeconds: 1,
          BackoffRate: 2,
          MaxAttempts: 3,
          MaxDelaySeconds: 10,
          JitterStrategy: "FULL",
        },
      ],
      End: true,
    },
  });
}

/** The fields of an object in the state, each by its path. */
function selected(path: string, fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [`${field}.$`, `${path}.${field}`]));
}
