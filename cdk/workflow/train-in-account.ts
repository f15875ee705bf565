import { CustomState, JsonPath, Pass } from "aws-cdk-lib/aws-stepfunctions";
import { Aws } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { invokerRoleOf, trainingFunctionOf } from "../../shared/owners/stack-names.ts";
import { ownersJobByPath } from "./owners-job.ts";
import { whenAccountFails } from "./retries.ts";

/** An ARN of what an owner's stack has in its account, by the participant's account and stack; the region is the state machine's own. */
const inAccount = (service: string, region: string, resource: string) =>
  `States.Format('arn:${Aws.PARTITION}:${service}:${region}:{}:${resource}', $.participant.account, $.participant.stack)`;

/**
 * Invokes the function of an owner in its account, by the one role there that lets this state machine. Whatever happens there
 * silences that owner and ends no run: nothing of the answer is read, since a path that leads to nothing would end the
 * execution by an error that no state can catch, and a long answer would end it where answers come together. What the owner
 * has done is the object that it has signed. Of an error its name goes on, and of what stands beside it, which is the
 * owner's text, nothing.
 */
export function trainInAccount(scope: Construct): CustomState {
  const silent = new Pass(scope, "AccountSilent", {
    comment: "Reports the name of what failed in an owner's account in its place, and nothing else of it",
    parameters: {
      client: JsonPath.numberAt("$.participant.client"),
      error: { Error: JsonPath.stringAt("$.error.Error") },
    },
  });
  const caught = { resultPath: "$.error" };
  return (
    new CustomState(scope, "TrainInAccount", {
      stateJson: {
        Type: "Task",
        Comment: "Has an owner's function train in the owner's account, on data that stay there",
        Resource: `arn:${Aws.PARTITION}:states:::lambda:invoke`,
        Credentials: { "RoleArn.$": inAccount("iam", "", `role/${invokerRoleOf("{}", Aws.REGION)}`) },
        Parameters: {
          "FunctionName.$": inAccount("lambda", Aws.REGION, `function:${trainingFunctionOf("{}")}`),
          Payload: ownersJobByPath,
        },
        // of the state's context, which is there whatever the function answers
        ResultSelector: { "client.$": "$$.Map.Item.Value.client", answered: true },
        TimeoutSecondsPath: "$.owners.timeoutSeconds",
      },
    })
      .addRetry(whenAccountFails)
      // an answer that is too long, which the other does not catch
      .addCatch(silent, { errors: ["States.DataLimitExceeded"], ...caught })
      .addCatch(silent, { errors: ["States.ALL"], ...caught })
  );
}
