import { AnyPrincipal, Effect, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { type IKey, Key } from "aws-cdk-lib/aws-kms";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type LifecycleRule,
  ObjectOwnership,
} from "aws-cdk-lib/aws-s3";
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";
import { clientsModels, jobsLeft, prefixes } from "../../shared/layout.ts";
import type { Settings } from "../settings.ts";
import { emptiedAtTheEnd } from "./emptied-bucket.ts";
import { ownersKeyStatement, ownersStatements } from "./owners-statements.ts";
import { assertPolicyFits } from "./policy-size.ts";

export type ObjectStoreProps = Pick<
  Settings,
  | "removalPolicy"
  | "encryptionKey"
  | "versioned"
  | "updateRetentionDays"
  | "logRetentionDays"
  | "door"
  | "ownerAccounts"
>;

/**
 * The bucket that holds every object of a federation, and the key that encrypts them if there is one. Both outlive
 * their stack unless context says otherwise, since they hold what runs have cost.
 */
export class ObjectStore extends Construct {
  readonly bucket: Bucket;
  /** Absent where S3 manages the key, which takes no rights. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, props: ObjectStoreProps) {
    super(scope, id);
    const { removalPolicy, versioned, updateRetentionDays, door, ownerAccounts = [] } = props;
    const ends = removalPolicy === "destroy";
    this.key = this.#key(props);
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // with a bucket key S3 asks KMS once in a while, and not for every object
      ...(this.key
        ? { encryption: BucketEncryption.KMS, encryptionKey: this.key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
      enforceSSL: true,
      versioned,
      removalPolicy: ends ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      autoDeleteObjects: ends,
      lifecycleRules: [
        // parts of an upload that was never finished are billed and never seen
        { id: "unfinished-uploads", abortIncompleteMultipartUploadAfter: Duration.days(7) },
        ...(updateRetentionDays === "never" ? [] : clientsModels.map(expiry(updateRetentionDays, versioned))),
        // by then nobody waits for the owner any more
        ...(door ? [expiry(jobDays, versioned)(jobsLeft)] : []),
      ],
    });
    this.bucket.addToResourcePolicy(writtenOnce(this.bucket));
    for (const one of ownersStatements(this, ownerAccounts)) this.bucket.addToResourcePolicy(one);
    if (this.bucket.policy) {
      assertPolicyFits(this, "bucket", this.bucket.policy.document, ownerAccounts.length);
    }
    if (ends) emptiedAtTheEnd(this.bucket, props.logRetentionDays);
  }

  #key({ encryptionKey, removalPolicy, ownerAccounts = [] }: ObjectStoreProps): IKey | undefined {
    if (encryptionKey === false) return undefined;
    if (encryptionKey !== true) return Key.fromKeyArn(this, "Key", encryptionKey);
    const { stackName } = Stack.of(this);
    const key = new Key(this, "Key", {
      description: `Encrypts the objects of the federation ${stackName}`,
      alias: stackName,
      enableKeyRotation: true,
      // without its key a bucket that is kept would hold nothing
      removalPolicy: removalPolicy === "destroy" ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(7),
    });
    // of one from elsewhere the policy is others' to change
    if (ownerAccounts.length > 0) key.addToResourcePolicy(ownersKeyStatement(this, ownerAccounts));
    return key;
  }
}

/**
 * Whoever writes what a run leaves, has to write it where nothing is. Parts of an upload carry no such condition; the
 * request that completes it does (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html).
 */
function writtenOnce(bucket: Bucket): PolicyStatement {
  return new PolicyStatement({
    sid: "WrittenOnce",
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ["s3:PutObject"],
    resources: once.map((pattern) => bucket.arnForObjects(pattern)),
    conditions: {
      Null: { "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
    },
  });
}

/** What runs leave; what owners are asked to sign, and have signed. */
const once = [
  ...[prefixes.runs, prefixes.updates, prefixes.clientStates, prefixes.masks, prefixes.openedSets],
  ...[prefixes.agreements, prefixes.acceptances],
];

/** An agreement lets a round wait for an owner for six days at most (shared/owners/waiting-job.ts). */
const jobDays = 7;

/** What clients sent says more of their examples than what became of it, and is most of a bucket's bytes. */
const expiry =
  (days: number, versioned: boolean) =>
  (prefix: string): LifecycleRule => ({
    id: `old-${prefix.replace("/", "")}`,
    prefix,
    expiration: Duration.days(days),
    ...(versioned && { noncurrentVersionExpiration: Duration.days(days) }),
  });
