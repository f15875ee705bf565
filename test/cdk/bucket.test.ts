import { Match, type Template } from "aws-cdk-lib/assertions";
import { describe, expect, test } from "vitest";
import { functionNames } from "../../functions/footprints.ts";
import { federationKeys, keys } from "../../shared/layout.ts";
import { agreement } from "../../shared/owners/agreement.ts";
import { ownersWaitOf } from "../../shared/owners/waiting-job.ts";
import { bucketArn, deployedRights, grantsOf, keyArn } from "./deployed-rights.ts";
import { functionOf, keysOf, kinds } from "./reach.ts";
import { synthesized } from "./synthesized.ts";

const bucketOf = (template: Template) => {
  const [[id, bucket] = ["", undefined]] = Object.entries(template.findResources("AWS::S3::Bucket"));
  return { id, properties: bucket?.Properties };
};

/** The bucket as an ARN, as the template has it. */
const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

describe("a bucket that nothing was asked for", async () => {
  const template = await synthesized();
  const { id, properties } = bucketOf(template);

  test("is private, encrypted by S3's own key, without access lists, and outlives the stack", () => {
    template.hasResource("AWS::S3::Bucket", { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
    expect(properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    });
    expect(properties).not.toHaveProperty("VersioningConfiguration");
    template.resourceCountIs("AWS::KMS::Key", 0);
  });

  test("refuses whoever comes by plain HTTP, and whoever writes a run's objects over; and lets nobody in", () => {
    const policies = Object.values(template.findResources("AWS::S3::BucketPolicy"));
    expect(policies.map(({ Properties }) => Properties)).toEqual([
      {
        Bucket: { Ref: id },
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              Action: "s3:*",
              Principal: { AWS: "*" },
              Condition: { Bool: { "aws:SecureTransport": "false" } },
              Resource: [arnOf(id), { "Fn::Join": ["", [arnOf(id), "/*"]] }],
            },
            {
              Sid: "WrittenOnce",
              Effect: "Deny",
              Action: "s3:PutObject",
              Principal: { AWS: "*" },
              // a request that creates an object, and does not ask for it to be new
              Condition: {
                Bool: { "s3:ObjectCreationOperation": "true" },
                Null: { "s3:if-none-match": "true" },
              },
              Resource: [
                ...["/clients/*", "/federations/*/acceptances/*", "/federations/*/agreements/*"],
                ...["/helpers/*", "/masks/*", "/runs/*", "/updates/*"],
              ].map((below) => ({
                "Fn::Join": ["", [arnOf(id), below]],
              })),
            },
          ],
        },
      },
    ]);
  });

  test("expires what clients sent and keep, of every run, and nothing else", () => {
    const rules: { Prefix?: string; ExpirationInDays?: number }[] = properties.LifecycleConfiguration.Rules;
    const expiring = rules.filter(({ ExpirationInDays }) => ExpirationInDays !== undefined);
    expect(expiring.map(({ ExpirationInDays }) => ExpirationInDays)).toEqual([30, 30, 30]);
    for (const run of ["paper", "updates", "clients", "masks", "a.b"]) {
      const gone = kinds.filter((kind) =>
        expiring.some(({ Prefix = "" }) => keysOf(run)[kind].startsWith(Prefix)),
      );
      expect(gone).toEqual(["boxes", "clientState", "noiseKey", "opened", "simulatedKey", "update"]);
    }
  });

  test("forgets the parts of uploads that were never finished, whatever their key", () => {
    const rules: Record<string, unknown>[] = properties.LifecycleConfiguration.Rules;
    const aborting = rules.filter((rule) => "AbortIncompleteMultipartUpload" in rule);
    expect(aborting).toEqual([
      {
        Id: "unfinished-uploads",
        Status: "Enabled",
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ]);
  });
});

describe("what context changes:", () => {
  test("days until updates expire, of earlier versions too", async () => {
    const template = await synthesized({ versioned: true, updateRetentionDays: "7" });
    const { properties } = bucketOf(template);
    expect(properties.VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(properties.LifecycleConfiguration.Rules.slice(1)).toEqual(
      [keys.update("r", 1, 1), keys.clientState("r", 1, 1), keys.boxes("r", 1, 1)].map((key) =>
        expect.objectContaining({
          Prefix: `${key.split("/")[0]}/`,
          ExpirationInDays: 7,
          NoncurrentVersionExpiration: { NoncurrentDays: 7 },
        }),
      ),
    );
  });

  test("a door: jobs for owners go after a week, longer than any is waited for", async () => {
    const { properties } = bucketOf(await synthesized({ door: "true", updateRetentionDays: "never" }));
    const [, ...rules] = properties.LifecycleConfiguration.Rules;
    const key = federationKeys.waitingJob("clinics", "f");
    expect(rules).toEqual([
      expect.objectContaining({ Prefix: `${key.split("/")[0]}/`, ExpirationInDays: 7 }),
    ]);
    const most = agreement.shape.waitMinutes.maxValue ?? Number.POSITIVE_INFINITY;
    const wait = ownersWaitOf({ federation: "clinics", version: 1, sha256: "" }, most, 1);
    expect(wait.timeoutSeconds).toBeLessThan(7 * 24 * 60 * 60);
  });

  test("never: updates stay", async () => {
    const { properties } = bucketOf(await synthesized({ updateRetentionDays: "never" }));
    expect(properties.LifecycleConfiguration.Rules).toHaveLength(1);
  });

  test("destroy: bucket, key and every object go with the stack, and so does what empties it", async () => {
    const template = await synthesized({ removalPolicy: "destroy", encryptionKey: true });
    for (const [id, resource] of Object.entries(template.toJSON().Resources as Record<string, unknown>)) {
      expect(["Delete", undefined], id).toContain((resource as { DeletionPolicy?: string }).DeletionPolicy);
    }
    template.hasResource("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
    template.hasResource("AWS::KMS::Key", { DeletionPolicy: "Delete" });
    template.hasResourceProperties("Custom::S3AutoDeleteObjects", {
      BucketName: { Ref: bucketOf(template).id },
    });
    // its log group is the stack's, and it may write to no other, nor make one
    const groups = template.findResources("AWS::Logs::LogGroup");
    const emptying = Object.values(template.findResources("AWS::Lambda::Function")).filter(
      ({ Properties }) => Properties.FunctionName === undefined,
    );
    expect(emptying).toHaveLength(1);
    const group: string = emptying[0]?.Properties.LoggingConfig.LogGroup.Ref;
    expect(groups).toHaveProperty(group);
    const role: string = emptying[0]?.Properties.Role["Fn::GetAtt"][0];
    const { Properties } = template.findResources("AWS::IAM::Role")[role] ?? {};
    expect(Properties).not.toHaveProperty("ManagedPolicyArns");
    expect(Properties.Policies).toEqual([
      {
        PolicyName: "Logs",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: arnOf(group),
            },
          ],
        },
      },
    ]);
  });
});

describe.each([
  ["that the stack makes", true],
  ["from elsewhere", "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
])("a key %s", async (_, encryptionKey) => {
  const template = await synthesized({ encryptionKey });
  const { properties } = bucketOf(template);
  const rights = deployedRights(template);
  const [own] = Object.keys(template.findResources("AWS::KMS::Key"));
  const arn = own === undefined ? encryptionKey : arnOf(own);

  test("encrypts every object, by a bucket key", () => {
    expect(properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: arn },
      },
    ]);
  });

  test.each(functionNames)(
    "lets %s decrypt and make data keys, by way of S3 and of this bucket only",
    (name) => {
      const grants = grantsOf(rights, name).filter(({ actions }) =>
        actions.some((action) => action.startsWith("kms:")),
      );
      expect(grants).toEqual([
        {
          actions: ["kms:Decrypt", "kms:GenerateDataKey"],
          resources: [own === undefined ? encryptionKey : keyArn],
          conditions: [
            { operator: "StringEquals", key: "kms:ViaService", values: ["s3.us-east-1.amazonaws.com"] },
            { operator: "StringEquals", key: "kms:EncryptionContext:aws:s3:arn", values: [bucketArn] },
          ],
        },
      ]);
    },
  );

  test("is no concern of the state machine", () => {
    const roles = functionNames.map((name) => functionOf(template, name).role);
    const policies = Object.values(template.findResources("AWS::IAM::Policy"));
    const granting = policies.filter(({ Properties }) => JSON.stringify(Properties).includes("kms:"));
    expect(granting.map(({ Properties }) => Properties.Roles[0].Ref).sort()).toEqual(roles.sort());
  });
});

test("the stack's own key turns over, is kept like the bucket, and leaves its use to the account's policies", async () => {
  const template = await synthesized({ encryptionKey: "true", stackName: "mine" });
  template.hasResource("AWS::KMS::Key", {
    DeletionPolicy: "Retain",
    Properties: {
      EnableKeyRotation: true,
      KeyPolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: "kms:*",
            Resource: "*",
            Principal: {
              AWS: {
                "Fn::Join": [
                  "",
                  ["arn:", { Ref: "AWS::Partition" }, ":iam::", { Ref: "AWS::AccountId" }, ":root"],
                ],
              },
            },
          },
        ],
      },
      Tags: Match.arrayWith([{ Key: "federation", Value: "mine" }]),
    },
  });
  template.hasResourceProperties("AWS::KMS::Alias", { AliasName: "alias/mine" });
});
