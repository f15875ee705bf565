import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { dashboardName, defaultStackName, outputNames } from "../../cdk/outputs.ts";
import { type Deployment, parseDeployment } from "../../cloud/deployment.ts";
import { functionNames } from "../../functions/footprints.ts";
import { stackMissing } from "../../shared/errors.ts";
import type { CoordinatorsPlace } from "../../shared/owners/coordinators-place.ts";
import { version } from "../../shared/version.ts";
import { Objects } from "../../storage/objects.ts";
import { cloudFormationClient, s3Client, statesClient } from "./clients.ts";
import type { Storage, Target } from "./target.ts";

/** Step Functions allows a few state reads a second and account; two seconds leave room for others. */
const looks = { leastMs: 2_000, mostMs: 2_000 };

/**
 * The federation deployed as the given CloudFormation stack. Credentials, region and endpoints come from the SDK's
 * standard configuration, so that whatever speaks the APIs can stand in for AWS.
 * @throws StackMissing, StackOutdated
 */
export async function awsTarget(stackName: string): Promise<Target> {
  const outputs = await stackOutputs(stackName);
  const deployment = stackDeployment(outputs);
  const storage = awsStorage(outputs);
  const states = statesClient(stackName);
  return {
    ...storage,
    states,
    stateMachineArn: outputs.stateMachineArn,
    deployment,
    door: outputs.doorUrl,
    looks,
    endsWithCommand: false,
    notes: [`stack ${stackName}`, ...skewNotes(outputs)],
    close: async () => {
      states.destroy();
      await storage.close();
    },
  };
}

export function awsStorage({ stackName, bucket }: Pick<StackOutputs, "stackName" | "bucket">): Storage {
  const s3 = s3Client(stackName);
  return {
    s3,
    bucket,
    objects: new Objects(s3, bucket),
    options: stackName === defaultStackName ? "--target aws" : `--target aws --stack ${stackName}`,
    close: async () => s3.destroy(),
  };
}

/** What a stack says of itself. */
export interface StackOutputs {
  readonly stackName: string;
  readonly bucket: string;
  readonly stateMachineArn: string;
  /** Not read yet, since what runs have left can be read without it. */
  readonly deployment: string | undefined;
  /** Of fedstep when it was deployed. */
  readonly version: string | undefined;
  /** Where owners ask for jobs; undefined where it was deployed without a door. */
  readonly doorUrl: string | undefined;
  /** Of the KMS key that encrypts the bucket; undefined where S3 manages it. */
  readonly keyId: string | undefined;
}

/** Another version's functions do what that version did. */
function skewNotes({ stackName, version: deployed }: StackOutputs): string[] {
  if (deployed === undefined || deployed === version) return [];
  return [
    `note: fedstep ${deployed} deployed stack ${stackName}, and this is ${version}; npx cdk deploy brings it up to date`,
  ];
}

/** @throws StackOutdated */
export function stackDeployment({ stackName, deployment }: StackOutputs): Deployment {
  const at = `the output ${outputNames.deployment} of stack "${stackName}"`;
  return parseDeployment(deployment, at, functionNames);
}

/** arn:aws:states:REGION:... */
export function regionOf({ stateMachineArn }: StackOutputs): string {
  return stateMachineArn.split(":")[3] ?? "";
}

/** Where a stack is: arn:PARTITION:states:REGION:ACCOUNT:... */
export function placeOfStack({ stateMachineArn }: StackOutputs): CoordinatorsPlace {
  const [, partition = "", , region = "", account = ""] = stateMachineArn.split(":");
  return { partition, region, account };
}

/** What of a stack's runs stands elsewhere than in the bucket. */
export function alsoInCloudWatch(outputs: StackOutputs): string {
  const { stackName: stack } = outputs;
  return (
    `in CloudWatch: the dashboard "${dashboardName(stack, regionOf(outputs))}" where monitoring is deployed, logs of the functions in the log groups ` +
    `"/aws/lambda/${stack}-...", of the executions in "/aws/vendedlogs/states/${stack}"`
  );
}

/** @throws StackMissing */
export async function stackOutputs(stackName: string): Promise<StackOutputs> {
  const client = cloudFormationClient(stackName);
  let outputs: ReadonlyMap<string, string>;
  let status: string | undefined;
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    status = Stacks?.[0]?.StackStatus;
    outputs = new Map(
      Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey ?? "", OutputValue ?? ""]),
    );
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") {
      throw stackMissing(
        `there is no stack "${stackName}" in this account and region ${await client.config.region()}; ` +
          "run npx cdk deploy first, or name another one by --stack, AWS_PROFILE or AWS_REGION",
        {
          cause: error,
        },
      );
    }
    throw error;
  } finally {
    client.destroy();
  }
  const bucket = outputs.get(outputNames.bucket);
  const stateMachineArn = outputs.get(outputNames.stateMachine);
  if (!bucket || !stateMachineArn) {
    throw stackMissing(
      `stack "${stackName}" has no outputs ${outputNames.bucket} and ${outputNames.stateMachine}, and its status is ${status}; is it a fedstep stack, and deployed to the end?`,
    );
  }
  return {
    stackName,
    bucket,
    stateMachineArn,
    deployment: outputs.get(outputNames.deployment),
    version: outputs.get(outputNames.version),
    doorUrl: outputs.get(outputNames.doorUrl),
    keyId: outputs.get(outputNames.keyId),
  };
}
