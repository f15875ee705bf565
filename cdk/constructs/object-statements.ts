import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IBucket } from "aws-cdk-lib/aws-s3";

/** A bucket, of this stack or of another one, and the key that encrypts its objects, where S3 has none for it. */
export interface StoredObjects {
  readonly bucket: Pick<IBucket, "bucketArn" | "arnForObjects" | "stack">;
  readonly key: { readonly keyArn: string } | undefined;
}

/** Grants the action on the keys of the patterns. */
export function objectStatement({ bucket }: StoredObjects, action: string, patterns: readonly string[]) {
  return new PolicyStatement({
    actions: [action],
    resources: patterns.map((pattern) => bucket.arnForObjects(pattern)),
  });
}

/**
 * Grants putting an object where none is: only a conditional write, "If-None-Match: *", names that condition
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
 */
export function creationStatement({ bucket }: StoredObjects, patterns: readonly string[]) {
  return new PolicyStatement({
    actions: ["s3:PutObject"],
    resources: patterns.map((pattern) => bucket.arnForObjects(pattern)),
    conditions: { Null: { "s3:if-none-match": "false" } },
  });
}

/**
 * Grants listing what the patterns match. S3 tells "no such key" from "access denied" only to those who may list that
 * key, and compares s3:prefix with the whole key for it, as others have tried on S3
 * (https://github.com/kopia/kopia/pull/3072).
 */
export function listStatement({ bucket }: StoredObjects, patterns: readonly string[]) {
  return new PolicyStatement({
    actions: ["s3:ListBucket"],
    resources: [bucket.bucketArn],
    conditions: { StringLike: { "s3:prefix": patterns } },
  });
}

/** Grants the use of the objects' key, where there is one; by way of S3, and for this bucket's objects only. */
export function keyStatements(
  { key, bucket }: StoredObjects,
  actions: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[],
): PolicyStatement[] {
  if (!key) return [];
  return [
    new PolicyStatement({
      actions: [...actions],
      resources: [key.keyArn],
      conditions: {
        StringEquals: {
          "kms:ViaService": `s3.${bucket.stack.region}.amazonaws.com`,
          // with a bucket key the context is the bucket, and not the object
          "kms:EncryptionContext:aws:s3:arn": bucket.bucketArn,
        },
      },
    }),
  ];
}
