import * as z from "zod";
import { Intrinsics } from "../../local/assembly/intrinsics.ts";
import { coordinatorStack } from "../../local/assembly/names.ts";
import { readRights } from "../../local/assembly/read-rights.ts";
import type { Template } from "../../local/assembly/template.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { everybody, type Who } from "../../test/cdk/deployed-rights.ts";
import { type MutableStatement, statementSchema } from "./statement-mutant.ts";

const stack = coordinatorStack("fedstep");

/** A policy of the template, its references resolved. */
export interface PolicyDocument {
  /** Logical id. */
  readonly id: string;
  /** Of the resource's properties. */
  readonly property: string;
  /** Whose it is; a resource's own, or who may take a role, is nobody's. */
  readonly who: Who | "resources";
  readonly statements: readonly MutableStatement[];
}

const properties: Readonly<Record<string, string>> = {
  "AWS::IAM::Role": "AssumeRolePolicyDocument",
  "AWS::IAM::Policy": "PolicyDocument",
  "AWS::IAM::ManagedPolicy": "PolicyDocument",
  "AWS::S3::BucketPolicy": "PolicyDocument",
  "AWS::KMS::Key": "KeyPolicy",
};

const documentSchema = z.object({ Statement: z.array(statementSchema) });

export function documentsOf(template: Template): PolicyDocument[] {
  const intrinsics = new Intrinsics(template, stack);
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const property = properties[Type];
    if (property === undefined) return [];
    const { Statement: statements } = documentSchema.parse(intrinsics.resolve(Properties[property], id));
    return [{ id, property, who: whoOf(Type, id), statements }];
  });
}

/** The rights of a template in which a document has other statements. */
export function rightsWith(
  template: Template,
  { id, property }: PolicyDocument,
  statements: readonly MutableStatement[],
): Rights {
  const resource = template.Resources[id];
  if (!resource) throw new Error(`the template has no ${id}`);
  const changed = { ...resource.Properties, [property]: { Version: "2012-10-17", Statement: statements } };
  const mutant = {
    ...template,
    Resources: { ...template.Resources, [id]: { ...resource, Properties: changed } },
  };
  return readRights(mutant, new Intrinsics(mutant, stack));
}

function whoOf(type: string, id: string): Who | "resources" {
  if (type !== "AWS::IAM::Policy" && type !== "AWS::IAM::ManagedPolicy") return "resources";
  const found = everybody.find((who) => id.startsWith(`${who}Role`) || id.startsWith(`Access${who}`));
  if (found === undefined) throw new Error(`whose policy ${id} is, is not known`);
  return found;
}
