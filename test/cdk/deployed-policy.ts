import type { Template } from "aws-cdk-lib/assertions";
import * as z from "zod";
import { Intrinsics } from "../../local/assembly/intrinsics.ts";
import { region as localRegion } from "../../local/assembly/names.ts";
import { templateSchema } from "../../local/assembly/template.ts";

/** What a template's references come to where it is deployed. */
export interface Place {
  readonly region: string;
  readonly account: string;
  readonly bucket: string;
}

const oneOrMany = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policySchema = z.object({
  ManagedPolicyName: z.string(),
  Description: z.string(),
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

export type DeployedStatement = z.output<typeof policySchema>["PolicyDocument"]["Statement"][number];

/** The policy for one kind of people as IAM gets it; of a stack whose objects S3's own key encrypts. */
export function deployedPolicy(template: Template, kind: string, { region, account, bucket }: Place) {
  const parsed = templateSchema.parse(template.toJSON());
  const intrinsics = new Intrinsics(parsed, { account, stack: "fedstep", bucket });
  const [found, ...others] = Object.entries(parsed.Resources).flatMap(([id, { Type, Properties }]) => {
    if (Type !== "AWS::IAM::ManagedPolicy") return [];
    // the local endpoints know one region
    const text = JSON.stringify(intrinsics.resolve(Properties, id)).replaceAll(localRegion, region);
    const policy = policySchema.parse(JSON.parse(text));
    return policy.ManagedPolicyName.endsWith(`-${kind}`) ? [{ id, policy }] : [];
  });
  if (!found || others.length > 0) throw new Error(`there is not one policy for a ${kind}`);
  const { ManagedPolicyName: name, Description: description, PolicyDocument } = found.policy;
  return { id: found.id, name, description, statements: PolicyDocument.Statement };
}
