/** What others look for in the stack's template and outputs: plain constants, read without the CDK library. */

import type { AccessKind } from "./constructs/access-rights.ts";

/** Names of the stack's outputs. */
export const outputNames = {
  bucket: "BucketName",
  stateMachine: "StateMachineArn",
  deployment: "Deployment",
  version: "Version",
  /** Where owners without AWS ask for jobs, where a stack has it. */
  doorUrl: "DoorUrl",
  /** Of the KMS key that encrypts the bucket, where one does: owners in accounts of their own name it to theirs. */
  keyId: "KeyId",
} as const;

/** The output with the ARN of the policy for one kind of people. */
export const policyOutput = (kind: AccessKind) => `${kind}PolicyArn` as const;

/** Dashboards belong to an account and to no region, so that the name has to tell one stack from another elsewhere. */
export const dashboardName = (stack: string, region: string) => `${stack}-${region}`;

/** What the stack is called unless context says otherwise. */
export const defaultStackName = "fedstep";

/** Metadata of a function's resource: size and SHA-256 of its bundle. */
export const bundleMetadata = "fedstep:bundle";

/** Names of the outputs of an owner's stack. */
export const ownerOutputs = {
  bucket: "Bucket",
  deskFunction: "DeskFunction",
  trainFunction: "TrainFunction",
  invokerRole: "InvokerRole",
  /** SHA-256 of what trains, as the agreement names it. */
  trainingBundle: "TrainingBundle",
  version: "Version",
  ownerPolicy: "OwnerPolicyArn",
} as const;

/** Names of its parameters. */
export const ownerParameters = {
  ownerName: "OwnerName",
  federation: "Federation",
  coordinatorAccount: "CoordinatorAccount",
  coordinatorStack: "CoordinatorStack",
  coordinatorBucket: "CoordinatorBucket",
  coordinatorKey: "CoordinatorKey",
  dataKey: "DataKey",
} as const;

/** Key of the table in an owner's bucket, unless its parameter says another one. */
export const usualDataKey = "data/table.csv";

/** Where below dist/ a package has what an owner deploys without the CDK. */
export const ownerStackFolder = "owner-stack";

/** Names of the two that the shipped template has besides. */
export const codeParameters = { bucket: "CodeBucket", key: "CodeKey" } as const;
