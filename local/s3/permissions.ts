import type { IncomingHttpHeaders } from "node:http";
import type { Context } from "../iam/condition-keys.ts";
import type { Permission } from "./access.ts";
import { readSource } from "./copy-source.ts";
import type { RequestTarget } from "./exchange.ts";

/** What a request takes, known before its body is read. */
export type PermissionsOf = (request: RequestTarget, headers: IncomingHttpHeaders) => Permission[];

const textOf = (value: string | string[] | undefined) => (value === undefined ? undefined : String(value));

const onBucket =
  (action: string): PermissionsOf =>
  ({ bucket }) => [{ action, bucket }];

const onObject =
  (action: string): PermissionsOf =>
  ({ bucket, key }) => [{ action, bucket, key }];

const reading = ({ bucket, key }: { bucket: string; key: string }): Permission => ({
  action: "s3:GetObject",
  bucket,
  key,
  keyActions: ["kms:Decrypt"],
});

/** A conditional write can be asked for by who may write; parts and their upload bring no condition yet. */
const writing = (
  { bucket, key }: RequestTarget,
  headers: IncomingHttpHeaders,
  keyActions: NonNullable<Permission["keyActions"]>,
  creates = true,
): Permission => ({
  action: "s3:PutObject",
  bucket,
  key,
  keyActions,
  context: {
    "s3:ObjectCreationOperation": String(creates),
    "s3:if-match": textOf(headers["if-match"]),
    "s3:if-none-match": textOf(headers["if-none-match"]),
  },
});

const listing = ({ query }: RequestTarget): Context => ({
  // without a prefix the request has none
  "s3:prefix": query.get("prefix") ?? undefined,
  "s3:delimiter": query.get("delimiter") ?? undefined,
  "s3:max-keys": query.get("max-keys") ?? undefined,
});

export const deletion = (bucket: string, key: string): Permission => ({
  action: "s3:DeleteObject",
  bucket,
  key,
});

const byOperation = {
  ListBuckets: () => [{ action: "s3:ListAllMyBuckets", bucket: "" }],
  CreateBucket: onBucket("s3:CreateBucket"),
  HeadBucket: onBucket("s3:ListBucket"),
  GetBucketLocation: onBucket("s3:GetBucketLocation"),
  ListObjectsV2: (request) => [
    { action: "s3:ListBucket", bucket: request.bucket, context: listing(request) },
  ],
  // of each key by itself, once the body has named them
  DeleteObjects: () => [],
  ListMultipartUploads: onBucket("s3:ListBucketMultipartUploads"),
  GetObject: (request) => [reading(request)],
  HeadObject: ({ bucket, key }, headers) => [
    // only a checksum takes the key
    {
      ...reading({ bucket, key }),
      keyActions: "x-amz-checksum-mode" in headers ? ["kms:GenerateDataKey", "kms:Decrypt"] : [],
    },
  ],
  DeleteObject: ({ bucket, key }) => [deletion(bucket, key)],
  PutObject: (request, headers) => [writing(request, headers, ["kms:GenerateDataKey"])],
  CopyObject: (request, headers) => [
    reading(readSource(headers["x-amz-copy-source"])),
    writing(request, headers, ["kms:GenerateDataKey"]),
  ],
  CreateMultipartUpload: (request, headers) => [writing(request, headers, ["kms:GenerateDataKey"], false)],
  UploadPart: (request, headers) => [
    writing(request, headers, ["kms:GenerateDataKey", "kms:Decrypt"], false),
  ],
  ListParts: onObject("s3:ListMultipartUploadParts"),
  CompleteMultipartUpload: (request, headers) => [
    writing(request, headers, ["kms:GenerateDataKey", "kms:Decrypt"]),
  ],
  AbortMultipartUpload: onObject("s3:AbortMultipartUpload"),
} as const satisfies Record<string, PermissionsOf>;

export type OperationName = keyof typeof byOperation;

/**
 * The permissions that S3's operations take
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
 */
export const permissionsOf: Readonly<Record<OperationName, PermissionsOf>> = byOperation;
