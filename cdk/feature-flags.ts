/**
 * The CDK's newer ways, https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html. They stand in the app and not in
 * cdk.json, so that the app gives the same stack from a folder that has none: where fedstep is an installed package.
 */
export const featureFlags = {
  "@aws-cdk/aws-iam:minimizePolicies": true,
  "@aws-cdk/aws-lambda:recognizeLayerVersion": true,
  "@aws-cdk/aws-s3:publicAccessBlockedByDefault": true,
  "@aws-cdk/core:aspectPrioritiesMutating": true,
  "@aws-cdk/core:checkSecretUsage": true,
  "@aws-cdk/core:enablePartitionLiterals": true,
  "@aws-cdk/core:explicitStackTags": true,
  "@aws-cdk/core:includePrefixInUniqueNameGeneration": true,
  "@aws-cdk/core:target-partitions": ["aws", "aws-cn"],
  "@aws-cdk/core:validateSnapshotRemovalPolicy": true,
};

/** The same sources give the same bytes on every machine: no traces with its paths in the metadata. */
export const appContext = {
  context: { ...featureFlags, "aws:cdk:disable-creation-stack-traces": true },
  stackTraces: false,
  analyticsReporting: false,
  treeMetadata: false,
};
