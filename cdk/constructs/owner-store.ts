import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { homeKeys } from "../../functions/owner/rights.ts";
import type { OwnerSettings } from "../owner-settings.ts";
import { emptiedAtTheEnd } from "./emptied-bucket.ts";

/** Days that an earlier version of what lies in the home is kept: the log is written anew with each of its lines. */
const earlierDays = 90;

/** The owner's bucket: its data and what it goes by. It outlives the stack unless context says otherwise. */
export class OwnerStore extends Construct {
  readonly bucket: Bucket;
  /** S3 manages the key. */
  readonly key = undefined;

  constructor(
    scope: Construct,
    id: string,
    { removalPolicy, logRetentionDays }: Pick<OwnerSettings, "removalPolicy" | "logRetentionDays">,
  ) {
    super(scope, id);
    const ends = removalPolicy === "destroy";
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // whatever overwrites the log, the one before can be brought back
      versioned: true,
      removalPolicy: ends ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      autoDeleteObjects: ends,
      lifecycleRules: [
        // parts of an upload that was never finished are billed and never seen
        { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
        {
          id: "earlier-home",
          prefix: "home/",
          noncurrentVersionExpiration: Duration.days(earlierDays),
          // what is left of a marker that was deleted
          expiredObjectDeleteMarker: true,
        },
      ],
    });
    this.bucket.addToResourcePolicy(logOverWhatWasRead(this.bucket));
    if (ends) emptiedAtTheEnd(this.bucket, logRetentionDays);
  }
}

/**
 * Whoever writes the log, has to name the one that it follows, or that there is none: of two writers one is refused. Parts of
 * an upload carry no such condition; the request that completes it does.
 */
function logOverWhatWasRead(bucket: Bucket): PolicyStatement {
  return new PolicyStatement({
    sid: "LogOverWhatWasRead",
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ["s3:PutObject"],
    resources: [bucket.arnForObjects(homeKeys.log)],
    conditions: {
      Null: { "s3:if-match": "true", "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
    },
  });
}
