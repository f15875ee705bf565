import { bundleNames } from "../../cdk/bundle.ts";
import { coordinatorAccount as account, region } from "../../local/assembly/names.ts";
import type { Context } from "../../local/iam/condition-keys.ts";
import { machineRoleOf } from "../../shared/owners/stack-names.ts";
import { at, bucketArn, keyArn } from "./deployed-rights.ts";
import { keysOf } from "./reach.ts";

/** A request that somebody might send, and by what a promise allows it. */
export interface Probe {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
  /** The key of an object of the stack's bucket, or what is listed there; undefined elsewhere. */
  readonly key?: string;
}

/** A key of the same account, whose policy leaves all to IAM as the stack's own does. */
export const anotherKeyArn = at("kms", "key/another");
export const arnOfFunction = (name: string) => at("lambda", `function:fedstep-${name}`);
export const machineArn = at("states", "stateMachine:fedstep");
export const executionArn = at("states", "execution:fedstep:r");
export const stackArn = at("cloudformation", "stack/fedstep/1f2e3d4c");
export const logStream = (name: string) => at("logs", `log-group:/aws/lambda/fedstep-${name}:log-stream:s`);

/** Keys of every kind, of runs whose names look like parts of keys too, and some that are of no kind. */
export const keysTried = [
  ...["r", "shards", "global"].flatMap((run) => Object.values(keysOf(run))),
  ...["runs/r/other.json", "runs/r", "runs/r/rounds/00001/other", "elsewhere/r/plan.json", "plan.json"],
  "federations/clinics/other.json",
];
const prefixesTried = ["", "runs", "runs/", "runs/r/", "datasets", "partition"];

export const written = {
  plain: { "s3:ObjectCreationOperation": "true" },
  conditional: { "s3:ObjectCreationOperation": "true", "s3:if-none-match": "*" },
  part: { "s3:ObjectCreationOperation": "false" },
} as const satisfies Record<string, Context>;

const objectActions = [
  ...["s3:GetObject", "s3:DeleteObject", "s3:ListMultipartUploadParts"],
  ...["s3:AbortMultipartUpload", "s3:GetObjectVersion", "s3:DeleteObjectVersion"],
  ...["s3:PutObjectTagging", "s3:PutObjectAcl"],
];
const bucketActions = [
  ...["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"],
  ...["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucket"],
];

const ofObjects: Probe[] = [bucketArn, "arn:aws:s3:::elsewhere"].flatMap((bucket) => {
  const own = (key: string) => (bucket === bucketArn ? { key } : {});
  return [
    ...keysTried.flatMap((key): Probe[] => [
      ...objectActions.map((action) => ({ action, resource: `${bucket}/${key}`, ...own(key) })),
      ...Object.values(written).map((context) => ({
        action: "s3:PutObject",
        resource: `${bucket}/${key}`,
        context,
        ...own(key),
      })),
    ]),
    ...[...keysTried, ...prefixesTried].flatMap((prefix) =>
      ["s3:ListBucket", "s3:ListBucketVersions"].map((action) => ({
        action,
        resource: bucket,
        context: { "s3:prefix": prefix },
        ...own(prefix),
      })),
    ),
    ...bucketActions.map((action) => ({ action, resource: bucket })),
  ];
});

const each = (actions: readonly string[], resources: readonly string[]): Probe[] =>
  actions.flatMap((action) => resources.map((resource) => ({ action, resource })));

const ofPlaces: Probe[] = [
  ...each(
    ["lambda:InvokeFunction", "lambda:GetFunction", "lambda:UpdateFunctionCode"],
    [...bundleNames, "Other"].flatMap((name) => [arnOfFunction(name), `${arnOfFunction(name)}:1`]),
  ),
  ...each(
    ["states:StartExecution", "states:ListExecutions", "states:UpdateStateMachine"],
    [
      machineArn,
      at("states", "stateMachine:fedstep2"),
      at("states", "stateMachine:fedstep", `eu-west-1:${account}`),
    ],
  ),
  ...each(
    [
      ...["states:DescribeExecution", "states:GetExecutionHistory"],
      ...["states:StopExecution", "states:RedriveExecution"],
    ],
    [
      executionArn,
      at("states", "execution:fedstep2:r"),
      at("states", "execution:fedstep:r", `eu-west-1:${account}`),
    ],
  ),
  ...each(
    ["cloudformation:DescribeStacks", "cloudformation:GetTemplate", "cloudformation:DeleteStack"],
    [stackArn, at("cloudformation", "stack/fedstep2/1f2e3d4c")],
  ),
  ...each(
    ["logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"],
    [...bundleNames, "Other"].map(logStream),
  ),
  ...each(
    ["iam:PassRole", "sts:AssumeRole"],
    [at("iam", `role/${machineRoleOf("fedstep", region)}`, `:${account}`)],
  ),
];

export const logDelivery = [
  ...["logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups"],
  ...["logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries"],
  ...["logs:PutResourcePolicy", "logs:UpdateLogDelivery"],
];
export const traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
export const endingWaits = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"];
export const sampling = ["xray:GetSamplingRules", "xray:GetSamplingTargets"];

const everywhere = each(
  [
    ...[...logDelivery, ...traces, ...sampling, ...endingWaits],
    "states:GetActivityTask",
    ...["logs:DeleteResourcePolicy", "xray:GetTraceSummaries", "s3:ListAllMyBuckets"],
  ],
  ["*"],
);

export const throughS3 = {
  "kms:ViaService": `s3.${region}.amazonaws.com`,
  "kms:EncryptionContext:aws:s3:arn": bucketArn,
} as const satisfies Context;

const ofKeys: Probe[] = each(
  ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:ScheduleKeyDeletion"],
  [keyArn, anotherKeyArn],
).flatMap((probe) => [
  { ...probe, context: throughS3 },
  { ...probe, context: { ...throughS3, "kms:ViaService": `sns.${region}.amazonaws.com` } },
  { ...probe, context: { ...throughS3, "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::elsewhere" } },
  probe,
]);

export const probes: readonly Probe[] = [...ofObjects, ...ofPlaces, ...everywhere, ...ofKeys];
