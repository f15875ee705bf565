import type { Template } from "aws-cdk-lib/assertions";
import * as z from "zod";
import { compilePattern } from "../../local/iam/pattern.ts";

/** An ARN as the template has it: an attribute of a resource, perhaps with text behind it. */
const arnSchema = z.union([
  z.literal("*").transform(() => ({ of: "*", suffix: "" })),
  z
    .string()
    .startsWith("arn:aws:kms:")
    .transform((of) => ({ of, suffix: "" })),
  z
    .object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) })
    .transform((arn) => ({ of: arn["Fn::GetAtt"][0], suffix: "" })),
  z
    .object({
      "Fn::Join": z.tuple([
        z.literal(""),
        z.tuple([z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }), z.string()]),
      ]),
    })
    .transform((arn) => ({ of: arn["Fn::Join"][1][0]["Fn::GetAtt"][0], suffix: arn["Fn::Join"][1][1] })),
  // written out, of this account and region
  z
    .object({
      "Fn::Join": z.tuple([
        z.literal(""),
        z.tuple([
          z.literal("arn:"),
          z.object({ Ref: z.literal("AWS::Partition") }),
          z.string(),
          z.object({ Ref: z.literal("AWS::Region") }),
          z.literal(":"),
          z.object({ Ref: z.literal("AWS::AccountId") }),
          z.string(),
        ]),
      ]),
    })
    .transform((arn) => ({ of: arn["Fn::Join"][1][2], suffix: arn["Fn::Join"][1][6] })),
]);

const oneOrMany = <T>(schema: z.ZodType<T>) => z.union([schema.transform((one) => [one]), z.array(schema)]);

const statementSchema = z.strictObject({
  Effect: z.literal("Allow"),
  Action: oneOrMany(z.string()),
  Resource: oneOrMany(arnSchema),
  Condition: z
    .strictObject({
      StringLike: z.strictObject({ "s3:prefix": oneOrMany(z.string()) }).optional(),
      StringEquals: z.record(z.string(), z.unknown()).optional(),
      // a conditional write
      Null: z.strictObject({ "s3:if-none-match": z.literal("false") }).optional(),
    })
    .optional(),
});

export type Statement = z.output<typeof statementSchema>;

const policySchema = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statementSchema) }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});

const managedPolicySchema = z.object({
  Properties: z.object({
    ManagedPolicyName: z.object({
      "Fn::Join": z.tuple([
        z.literal(""),
        z.tuple([z.string(), z.object({ Ref: z.literal("AWS::Region") }), z.string()]),
      ]),
    }),
    Description: z.string(),
    PolicyDocument: z.object({ Version: z.literal("2012-10-17"), Statement: z.array(z.unknown()) }),
  }),
});

/** The policy for one kind of people, as the template has it. */
export function accessPolicy(template: Template, kind: string) {
  const found = Object.values(template.findResources("AWS::IAM::ManagedPolicy"))
    .map((policy) => managedPolicySchema.parse(policy).Properties)
    .filter(({ ManagedPolicyName }) => ManagedPolicyName["Fn::Join"][1][2] === `-${kind}`);
  const [one] = found;
  if (!one || found.length > 1) throw new Error(`there are ${found.length} policies for a ${kind}`);
  return one;
}

export const statementsOfAccess = (template: Template, kind: string): Statement[] =>
  z.array(statementSchema).parse(accessPolicy(template, kind).PolicyDocument.Statement);

/** Everything that a role is allowed; a statement of a form unknown here is an error, not passed over. */
export function statementsOf(template: Template, role: string): Statement[] {
  return Object.values(template.findResources("AWS::IAM::Policy"))
    .map((policy) => policySchema.parse(policy).Properties)
    .filter(({ Roles }) => Roles.some(({ Ref }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

/** Whether IAM's wildcards match: "*" stands for any characters, slashes included, "?" for one. */
export function matches(pattern: string, text: string): boolean {
  return compilePattern(pattern, (what) => new Error(what)).matches(text, {});
}
