import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import type { Construct } from "constructs";
import type { Settings } from "../settings.ts";

/**
 * The bucket that holds every object of a federation. It outlives its stack unless context says otherwise, since it
 * holds what runs have cost; "destroy" takes an empty bucket only, as emptying it would take one more Lambda with
 * the right to delete everything.
 */
export function objectStore(
  scope: Construct,
  { removalPolicy, versioned }: Pick<Settings, "removalPolicy" | "versioned">,
): Bucket {
  return new Bucket(scope, "Objects", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    versioned,
    removalPolicy: removalPolicy === "retain" ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    // parts of an upload that was never finished are billed and never seen
    lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }],
  });
}
