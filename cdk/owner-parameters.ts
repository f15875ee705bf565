import { CfnParameter } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import { defaultStackName, ownerParameters as names, usualDataKey } from "./outputs.ts";

/** What an owner's stack is told when it is deployed, so that one template serves every owner. */
export interface OwnerParameters {
  readonly ownerName: string;
  readonly federation: string;
  readonly coordinatorAccount: string;
  readonly coordinatorStack: string;
  readonly coordinatorBucket: string;
  readonly coordinatorKey: string;
  readonly dataKey: string;
}

/** What the template says of a coordinator without a KMS key: the statement then names a key that does not exist. */
const noKey = "none";

/** No value may hold what a policy reads as a wildcard: each pattern is of letters that mean themselves. */
export function ownerParameters(scope: Construct): OwnerParameters {
  const parameter = (
    name: string,
    allowedPattern: string,
    description: string,
    constraintDescription: string,
    standard?: string,
  ) =>
    new CfnParameter(scope, name, {
      type: "String",
      allowedPattern: `^(${allowedPattern})$`,
      description,
      constraintDescription,
      ...(standard !== undefined && { default: standard }),
    }).valueAsString;
  return {
    ownerName: parameter(
      names.ownerName,
      "[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,59}",
      "What the owner is called in the federation",
      'takes 1 to 60 letters, digits, spaces, ".", "_" and "-"',
    ),
    federation: parameter(
      names.federation,
      "[a-z0-9][a-z0-9-]{0,23}",
      "The federation that the owner takes part in",
      'takes 1 to 24 lower-case letters, digits and "-"',
    ),
    coordinatorAccount: parameter(
      names.coordinatorAccount,
      "[0-9]{12}",
      "Account of the coordinator",
      "takes the 12 digits of an account",
    ),
    coordinatorStack: parameter(
      names.coordinatorStack,
      "[A-Za-z][A-Za-z0-9-]{0,39}",
      "Name of the coordinator's stack, whose state machine may invoke the training function",
      "takes a letter and then up to 39 letters, digits and hyphens",
      defaultStackName,
    ),
    coordinatorBucket: parameter(
      names.coordinatorBucket,
      "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
      "The coordinator's bucket, its stack's output BucketName",
      "takes the name of a bucket",
    ),
    coordinatorKey: parameter(
      names.coordinatorKey,
      "none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}",
      "Id of the KMS key that encrypts the coordinator's bucket; none where S3 manages the key",
      "takes none or the id of a KMS key",
      noKey,
    ),
    dataKey: parameter(
      names.dataKey,
      "data/[A-Za-z0-9._/-]{1,200}",
      "Key of the table in the owner's bucket",
      "takes data/ and then letters, digits, dots, hyphens, underscores and slashes",
      usualDataKey,
    ),
  };
}
