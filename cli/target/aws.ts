import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { outputNames } from "../../cdk/outputs.ts";
import { stackMissing } from "../../shared/errors.ts";
import { Objects } from "../../storage/objects.ts";
import type { Storage, Target } from "./target.ts";

/** Step Functions allows a few state reads a second and account; two seconds leave room for others. */
const pollMs = 2_000;

/**
 * The federation deployed as the given CloudFormation stack. Credentials, region and endpoints come from the SDK's
 * standard configuration, so that whatever speaks the APIs can stand in for AWS.
 * @throws StackMissing
 */
export async function awsTarget(stackName: string): Promise<Target> {
  const outputs = await stackOutputs(stackName);
  const storage = awsStorage(outputs.bucket);
  return {
    ...storage,
    states: new SFNClient({}),
    stateMachineArn: outputs.stateMachineArn,
    baseline: outputs.baseline,
    pollMs,
    endsWithCommand: false,
    notes: [`stack ${stackName}`],
  };
}

export function awsStorage(bucket: string): Storage {
  const s3 = new S3Client({});
  return {
    s3,
    bucket,
    objects: new Objects(s3, bucket),
    publishedRounds: async () => undefined,
    close: async () => s3.destroy(),
  };
}

/** @throws StackMissing */
export async function stackOutputs(
  stackName: string,
): Promise<{ bucket: string; stateMachineArn: string; baseline: boolean }> {
  const client = new CloudFormationClient({});
  let outputs: ReadonlyMap<string, string>;
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    outputs = new Map(
      Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]),
    );
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") {
      throw stackMissing(
        `there is no stack "${stackName}" in this account and region; run npx cdk deploy first`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
  const bucket = outputs.get(outputNames.bucket);
  const stateMachineArn = outputs.get(outputNames.stateMachine);
  if (!bucket || !stateMachineArn) {
    throw stackMissing(
      `stack "${stackName}" has no outputs ${outputNames.bucket} and ${outputNames.stateMachine}; is it a fedstep stack?`,
    );
  }
  return { bucket, stateMachineArn, baseline: outputs.get(outputNames.baseline) === "true" };
}
