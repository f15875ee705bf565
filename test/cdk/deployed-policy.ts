import type { Template } from "aws-cdk-lib/assertions";
import * as z from "zod";
import { accessPolicy } from "./statements.ts";

/** What a template's references come to where it is deployed. */
export interface Place {
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
}

const oneOrMany = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const deployedSchema = z.object({
  ManagedPolicyName: z.string(),
  PolicyDocument: z.object({
    Statement: z.array(
      z.strictObject({
        Effect: z.literal("Allow"),
        Action: oneOrMany,
        Resource: oneOrMany,
        Condition: z.strictObject({ StringLike: z.strictObject({ "s3:prefix": oneOrMany }) }).optional(),
      }),
    ),
  }),
});

export type DeployedStatement = z.output<typeof deployedSchema>["PolicyDocument"]["Statement"][number];

/** The policy for one kind of people as IAM gets it; of a stack whose objects S3's own key encrypts. */
export function deployedPolicy(template: Template, kind: string, place: Place) {
  const resolved: unknown = JSON.parse(JSON.stringify(accessPolicy(template, kind)), (_key, value: unknown) =>
    standsFor(value, place),
  );
  const { ManagedPolicyName, PolicyDocument } = deployedSchema.parse(resolved);
  return { name: ManagedPolicyName, statements: PolicyDocument.Statement };
}

const intrinsic = z.union([
  z.strictObject({ Ref: z.enum(["AWS::Partition", "AWS::Region", "AWS::AccountId"]) }),
  // the bucket is all that a policy refers to
  z.strictObject({ "Fn::GetAtt": z.tuple([z.string().regex(/^ObjectsBucket/), z.literal("Arn")]) }),
  z.strictObject({ "Fn::Join": z.tuple([z.literal(""), z.array(z.string())]) }),
]);

function standsFor(value: unknown, { region, account, bucket }: Place): unknown {
  const { data } = intrinsic.safeParse(value);
  if (!data) return value;
  if ("Fn::Join" in data) return data["Fn::Join"][1].join("");
  if ("Fn::GetAtt" in data) return `arn:aws:s3:::${bucket}`;
  return { "AWS::Partition": "aws", "AWS::Region": region, "AWS::AccountId": account }[data.Ref];
}
