import { coordinatorAccount, region } from "../../local/assembly/names.ts";
import type { Context } from "../../local/iam/condition-keys.ts";
import { federationKeys } from "../../shared/layout.ts";
import { bucketArn } from "./deployed-rights.ts";
import { clinic, coordinatorsKey, federation, hospital, stackName } from "./owner-rights.ts";
import { keysOf, sentFrom } from "./reach.ts";
import { throughS3, written } from "./rights-probes.ts";

/** A request that somebody might send to an owner's account, or from there to the coordinator's. */
export interface OwnersProbe {
  readonly action: string;
  readonly resource: string;
  readonly resourceAccount: string;
  readonly context?: Context;
  /** The key of an object, or what is listed, and whose bucket that is in. */
  readonly key?: string;
  readonly at?: "own" | "coordinator" | "elsewhere";
}

export const puts = { ...written, over: { ...written.plain, "s3:if-match": '"etag"' } } as const;

/** One key of everything that lies in an owner's bucket, and some that nobody has a use for. */
export const homeTried = [
  ...["data/table.csv", "data/2026/table.csv", "data", "home", "home/log.jsonl", "home/policy.json"],
  ...["home/owner.json", "home/refused.json", "home/awaited.json", "home/keys.json"],
  ...[
    "home/agreements/clinics/00001.json",
    "home/told/clinics.0a.json",
    "home/kept/clinics.r/00001.safetensors",
  ],
  ...["home/models/clinics.r.safetensors", "home/alone/clinics.r.json", "home/sending/0a.json"],
  ...["home/other", "home/data/x", "elsewhere/home/log.jsonl", "elsewhere"],
];

const objectActions = [
  ...["s3:GetObject", "s3:DeleteObject", "s3:ListMultipartUploadParts"],
  ...["s3:AbortMultipartUpload", "s3:GetObjectVersion", "s3:DeleteObjectVersion"],
  ...["s3:PutObjectTagging", "s3:PutObjectAcl"],
];
const bucketActions = [
  ...["s3:ListBucketMultipartUploads", "s3:GetBucketPolicy", "s3:PutBucketPolicy"],
  ...["s3:DeleteBucket", "s3:PutLifecycleConfiguration", "s3:PutBucketVersioning"],
];

function ofBucket(
  bucket: string,
  tried: readonly string[],
  where: Pick<OwnersProbe, "resourceAccount" | "at">,
): OwnersProbe[] {
  return [
    ...tried.flatMap((key): OwnersProbe[] => [
      ...objectActions.map((action) => ({ ...where, action, resource: `${bucket}/${key}`, key })),
      ...Object.values(puts).map((context) => ({
        ...{ ...where, action: "s3:PutObject", resource: `${bucket}/${key}` },
        ...{ context, key },
      })),
    ]),
    ...[...tried, "", "data/", "home/"].flatMap((prefix) =>
      ["s3:ListBucket", "s3:ListBucketVersions"].map((action) => ({
        ...{ ...where, action, resource: bucket, context: { "s3:prefix": prefix }, key: prefix },
      })),
    ),
    ...bucketActions.map((action) => ({ ...where, action, resource: bucket })),
  ];
}

const run = `${federation}.first`;
const otherRuns = ["trials.first", "clinics", "clinics2.first", "other.clinics.first"];

/** Of the federation's runs, of other ones, and of what an owner in any account sends. */
export const coordinatorsKeysTried = [
  ...new Set([
    ...[run, ...otherRuns].flatMap((one) => Object.values(keysOf(one))),
    ...[clinic, hospital].flatMap((account) => [run, ...otherRuns].flatMap((one) => sentFrom(one, account))),
    federationKeys.agreement("trials", 1),
    federationKeys.members("trials"),
  ]),
];

const each = (
  actions: readonly string[],
  resources: readonly string[],
  resourceAccount: string,
): OwnersProbe[] =>
  actions.flatMap((action) => resources.map((resource) => ({ action, resource, resourceAccount })));

const regional = (account: string) => (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

/** ARNs of what an owner's stack has in an account. */
export function placesOf(account: string) {
  const at = regional(account);
  return {
    train: at("lambda", `function:${stackName}-Train`),
    desk: at("lambda", `function:${stackName}-Desk`),
    parameter: at("ssm", `parameter/${stackName}/keys`),
    mac: at("kms", `key/${stackName}-keysmac`),
    stack: at("cloudformation", `stack/${stackName}/1f2e3d4c`),
    logStream: (name: string) => at("logs", `log-group:/aws/lambda/${stackName}-${name}:log-stream:s`),
    role: (name: string) => `arn:aws:iam::${account}:role/${stackName}-${name}`,
  };
}

/** All that may be asked of an owner's account. @param bucket ARN of the owner's */
export function probesOfOwner(account: string, bucket: string): OwnersProbe[] {
  const at = regional(account);
  const { train, desk, parameter, mac, stack, logStream } = placesOf(account);
  const functions = [train, desk, at("lambda", "function:Other")];
  const others = ["fedstep-owner2/keys", "fedstep-owner/other", "other"];
  const parameters = [parameter, ...others.map((name) => at("ssm", `parameter/${name}`))];
  const put = { action: "ssm:PutParameter", resourceAccount: account };
  return [
    ...ofBucket(bucket, homeTried, { resourceAccount: account, at: "own" }),
    ...ofBucket("arn:aws:s3:::elsewhere", homeTried, { resourceAccount: account, at: "elsewhere" }),
    ...each(
      [
        ...["lambda:InvokeFunction", "lambda:GetFunction", "lambda:UpdateFunctionCode"],
        ...["lambda:UpdateFunctionConfiguration", "lambda:AddPermission"],
      ],
      functions.flatMap((arn) => [arn, `${arn}:1`]),
      account,
    ),
    ...each(
      ["ssm:GetParameter", "ssm:DeleteParameter", "ssm:GetParameterHistory", "ssm:AddTagsToResource"],
      parameters,
      account,
    ),
    ...parameters.flatMap((resource) =>
      ["true", "false", undefined].map((overwrite) => ({
        ...put,
        resource,
        context: { "ssm:Overwrite": overwrite },
      })),
    ),
    ...each(
      ["kms:GenerateMac", "kms:VerifyMac", "kms:Decrypt", "kms:ScheduleKeyDeletion"],
      [mac, at("kms", "key/another")],
      account,
    ),
    ...each(
      ["logs:CreateLogStream", "logs:PutLogEvents", "logs:GetLogEvents"],
      ["Train", "Desk", "Other"].map(logStream),
      account,
    ),
    ...each(
      ["cloudformation:DescribeStacks", "cloudformation:GetTemplate", "cloudformation:UpdateStack"],
      [stack, at("cloudformation", "stack/fedstep-owner2/1f2e3d4c")],
      account,
    ),
    ...each(["iam:PassRole", "iam:PutRolePolicy"], [placesOf(account).role("trainrole")], account),
  ];
}

/** All that somebody of an owner's account may ask of the coordinator's. */
export const probesOfCoordinator: readonly OwnersProbe[] = [
  ...ofBucket(bucketArn, coordinatorsKeysTried, { resourceAccount: coordinatorAccount, at: "coordinator" }),
  ...each(
    ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:ScheduleKeyDeletion"],
    [coordinatorsKey, regional(coordinatorAccount)("kms", "key/another")],
    coordinatorAccount,
  ).flatMap((probe) => [
    { ...probe, context: throughS3 },
    { ...probe, context: { ...throughS3, "kms:ViaService": `sns.${region}.amazonaws.com` } },
    { ...probe, context: { ...throughS3, "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::elsewhere" } },
    probe,
  ]),
  ...each(
    ["lambda:InvokeFunction", "states:StartExecution", "states:SendTaskSuccess"],
    [
      regional(coordinatorAccount)("lambda", "function:fedstep-AggregateRound"),
      regional(coordinatorAccount)("states", "stateMachine:fedstep"),
      "*",
    ],
    coordinatorAccount,
  ),
];
