import { CustomState, JsonPath, Pass } from "aws-cdk-lib/aws-stepfunctions";
import { Aws } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { invokerRoleOf, trainingFunctionOf } from "../../shared/owners/stack-names.ts";
import { whenAccountFails } from "./retries.ts";

/** An ARN of what an owner's stack has in its account, by the participant's account and stack; the region is the state machine's own. */
const inAccount = (service: string, region: string, resource: string) =>
  `States.Format('arn:${Aws.PARTITION}:${service}:${region}:{}:${resource}', $.participant.account, $.participant.stack)`;

/** What an owner's function is invoked for. */
export interface AskedInAccount {
  /** Of the Task. */
  readonly name: string;
  /** Of the state that reports what failed. */
  readonly silent: string;
  readonly comment: string;
  readonly payload: object;
  /** By which the participant is known in what is reported: a client's number, or a helper's. */
  readonly known: "client" | "helper";
  /** What else of the Map's item stands beside it. */
  readonly beside?: readonly string[];
}

/**
 * Invokes the function of an owner in its account, by the one role there that lets this state machine. Whatever happens there
 * silences that owner and ends no run: nothing of the answer is read, since a path that leads to nothing would end the
 * execution by an error that no state can catch, and a long answer would end it where answers come together. What the owner
 * has done is the object that it has signed. Of an error its name goes on, and of what stands beside it, which is the
 * owner's text, nothing.
 */
export function askInAccount(
  scope: Construct,
  { name, silent: silentName, comment, payload, known, beside = [] }: AskedInAccount,
): CustomState {
  const silent = new Pass(scope, silentName, {
    comment: "Reports the name of what failed in an owner's account in its place, and nothing else of it",
    parameters: {
      [known]: JsonPath.numberAt(`$.participant.${known}`),
      error: { Error: JsonPath.stringAt("$.error.Error") },
    },
  });
  const caught = { resultPath: "$.error" };
  // of the state's context, which is there whatever the function answers
  const ofItem = [known, ...beside].map((field) => [`${field}.$`, `$$.Map.Item.Value.${field}`]);
  return (
    new CustomState(scope, name, {
      stateJson: {
        Type: "Task",
        Comment: comment,
        Resource: `arn:${Aws.PARTITION}:states:::lambda:invoke`,
        Credentials: { "RoleArn.$": inAccount("iam", "", `role/${invokerRoleOf("{}", Aws.REGION)}`) },
        Parameters: {
          "FunctionName.$": inAccount("lambda", Aws.REGION, `function:${trainingFunctionOf("{}")}`),
          Payload: payload,
        },
        ResultSelector: { ...Object.fromEntries(ofItem), answered: true },
        TimeoutSecondsPath: "$.owners.timeoutSeconds",
      },
    })
      .addRetry(whenAccountFails)
      // an answer that is too long, which the other does not catch
      .addCatch(silent, { errors: ["States.DataLimitExceeded"], ...caught })
      .addCatch(silent, { errors: ["States.ALL"], ...caught })
  );
}
