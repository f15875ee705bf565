import type { PolicyDocument } from "aws-cdk-lib/aws-iam";
import { Stack } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { contextInvalid } from "../../shared/errors.ts";

/** Characters of a policy that AWS takes. */
const most = {
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html: 20 KB */
  bucket: 20 * 1024,
  /** https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
  key: 32 * 1024,
  /** Of all inline policies of a role, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  role: 10_240,
} as const;

const called = { bucket: "the bucket's policy", key: "the key's policy", role: "the state machine's policy" };

/**
 * Refuses a stack whose policies have become too long by the accounts that are named in them: CloudFormation would say so in the
 * middle of a deployment.
 * @throws ContextInvalid
 */
export function assertPolicyFits(
  scope: Construct,
  kind: keyof typeof most,
  document: PolicyDocument,
  accounts: number,
): void {
  const characters = deployedText(Stack.of(scope).resolve(document)).length;
  if (characters <= most[kind]) return;
  throw contextInvalid(
    `CDK context: ownerAccounts: with ${accounts} accounts ${called[kind]} has up to ${characters} characters, and AWS takes ` +
      `${most[kind]}; have owners take part without an account, by the door, or deploy a second stack for other federations`,
  );
}

/** What stands for a name that is known once it is deployed: of each kind the longest. */
const longest: Readonly<Record<string, string>> = {
  "AWS::Partition": "aws-us-gov",
  "AWS::Region": "ap-northeast-3",
  "AWS::AccountId": "0".repeat(12),
};
/** A bucket's name ends at 63 characters; every other ARN here has less beside it. */
const longestArn = `arn:aws-us-gov:s3:::${"x".repeat(63)}`;

/** A policy as it is deployed at the longest. */
export function deployedText(resolved: unknown): string {
  return JSON.stringify(resolved, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("Ref" in value) return longest[String(value.Ref)] ?? longestArn;
    if ("Fn::GetAtt" in value) return longestArn;
    if (!("Fn::Join" in value)) return value;
    const [separator, parts] = value["Fn::Join"] as [string, unknown[]];
    return parts.map((part) => JSON.parse(deployedText(part))).join(separator);
  });
}
