import { expect, test } from "vitest";
import { templateSchema } from "../../local/assembly/template.ts";
import { synthesized } from "./synthesized.ts";

/**
 * The statements that settings add beside those of a KMS key, to the letter: nothing that the local endpoints evaluate
 * asks for them, so that no recorded run and no proof would miss them.
 */

const places = ["AssumeRolePolicyDocument", "PolicyDocument", "Policies", "KeyPolicy"] as const;

/** By logical id and property. */
async function policiesOf(context: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { Resources } = templateSchema.parse((await synthesized(context)).toJSON());
  return Object.fromEntries(
    Object.entries(Resources).flatMap(([id, { Properties }]) =>
      places.flatMap((place) => (place in Properties ? [[`${id} ${place}`, Properties[place]]] : [])),
    ),
  );
}

const plain = await policiesOf({});

async function addedBy(context: Record<string, unknown>): Promise<Record<string, unknown>> {
  const isOther = ([at, policy]: [string, unknown]) => JSON.stringify(policy) !== JSON.stringify(plain[at]);
  return Object.fromEntries(Object.entries(await policiesOf(context)).filter(isOther));
}

const arnOf = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
const provider = "CustomS3AutoDeleteObjectsCustomResourceProvider";
const allowed = (Action: string | string[], rest: Record<string, unknown>) => ({
  Effect: "Allow",
  Action,
  ...rest,
});

test.each([{ monitoring: false }, { versioned: true }, { updateRetentionDays: "never" }])(
  "%j adds none",
  async (context) => {
    expect(await addedBy(context)).toEqual({});
  },
);

test("an e-mail address for alarms has CloudWatch publish to their topic, for this account and over HTTPS", async () => {
  const Resource = { Ref: "AlarmsTopic3A2DFEBA" };
  expect(await addedBy({ alarmEmail: "somebody@example.org" })).toEqual({
    "AlarmsTopicPolicyED3A875E PolicyDocument": {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AllowPublishThroughSSLOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        allowed("sns:Publish", {
          Sid: "1",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Resource,
          Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } },
        }),
      ],
    },
  });
});

test("a bucket that goes with its stack lets the CDK's function empty it, which may do that and log alone", async () => {
  const added = await addedBy({ removalPolicy: "destroy" });
  const { "ObjectsBucketPolicy61D75411 PolicyDocument": ofBucket, ...ofRole } = added;
  const bucket = arnOf("ObjectsBucket5A707942");
  const before = plain["ObjectsBucketPolicy61D75411 PolicyDocument"] as { Statement: unknown[] };
  const [plainHttp, writtenOnce] = before.Statement;
  expect(ofBucket).toEqual({
    Version: "2012-10-17",
    Statement: [
      plainHttp,
      allowed(["s3:DeleteObject*", "s3:GetBucket*", "s3:List*", "s3:PutBucketPolicy"], {
        Principal: { AWS: arnOf(`${provider}Role3B1BD092`) },
        Resource: [bucket, { "Fn::Join": ["", [bucket, "/*"]] }],
      }),
      writtenOnce,
    ],
  });
  const document = (statement: unknown) => ({ Version: "2012-10-17", Statement: [statement] });
  expect(ofRole).toEqual({
    [`${provider}Role3B1BD092 AssumeRolePolicyDocument`]: document(
      allowed("sts:AssumeRole", { Principal: { Service: "lambda.amazonaws.com" } }),
    ),
    [`${provider}Role3B1BD092 Policies`]: [
      {
        PolicyName: "Logs",
        PolicyDocument: document(
          allowed(["logs:CreateLogStream", "logs:PutLogEvents"], {
            Resource: arnOf(`${provider}LogsB8B1B8F2`),
          }),
        ),
      },
    ],
  });
});
