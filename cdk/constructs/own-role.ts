import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { CfnFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Bundle } from "../bundle.ts";
import { bundleMetadata } from "../outputs.ts";

export interface OwnRoleProps {
  /** By which logs and quotas name it, and the stack. */
  readonly functionName: string;
  readonly name: string;
  readonly purpose: string;
  readonly retention: RetentionDays;
}

/** What each function has to itself: its log group, and a role that may write there, and nothing else yet. */
export function ownRole(scope: Construct, { functionName, name, purpose, retention }: OwnRoleProps) {
  const logGroup = new LogGroup(scope, "Logs", {
    // where everybody looks for a function's lines
    logGroupName: `/aws/lambda/${functionName}`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  // its own role: the CDK's default one may write to every log group of the account
  const role = new Role(scope, "Role", {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    description: `${name}: ${purpose}`,
  });
  logGroup.grantWrite(role);
  return { logGroup, role };
}

/** Stands in the template, so that a deployed function can be compared with what another place ran. */
export function nameBundle(
  { node }: LambdaFunction,
  { bytes, sha256 }: Pick<Bundle, "bytes" | "sha256">,
): void {
  (node.defaultChild as CfnFunction).addMetadata(bundleMetadata, { bytes, sha256 });
}
