import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnResource, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import type { IConstruct } from "constructs";

/** Where the CDK puts the function that empties a bucket before CloudFormation deletes it. */
const providerId = "Custom::S3AutoDeleteObjectsCustomResourceProvider";

/**
 * Holds the CDK's function that empties the bucket to this stack's habits: left alone, it may write to every log
 * group of the account, and the group that it makes itself outlives the stack and never forgets.
 */
export function emptiedAtTheEnd(bucket: Bucket, retention: RetentionDays): void {
  const provider = Stack.of(bucket).node.findChild(providerId);
  const logGroup = new LogGroup(provider, "Logs", { retention, removalPolicy: RemovalPolicy.DESTROY });
  resource(provider, "Handler").addPropertyOverride("LoggingConfig", { LogGroup: logGroup.logGroupName });
  const role = resource(provider, "Role");
  role.addPropertyDeletionOverride("ManagedPolicyArns");
  role.addPropertyOverride("Policies", [
    {
      PolicyName: "Logs",
      PolicyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: logGroup.logGroupArn,
          },
        ],
      },
    },
  ]);
}

function resource(provider: IConstruct, id: string): CfnResource {
  const child = provider.node.findChild(id);
  if (!CfnResource.isCfnResource(child))
    throw new Error(`${child.node.path} is no resource of CloudFormation`);
  return child;
}
