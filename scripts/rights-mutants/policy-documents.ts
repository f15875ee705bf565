import * as z from "zod";
import { Intrinsics } from "../../local/assembly/intrinsics.ts";
import type { DeployedAs } from "../../local/assembly/names.ts";
import { readRights } from "../../local/assembly/read-rights.ts";
import type { Template } from "../../local/assembly/template.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { type MutableStatement, statementSchema } from "./statement-mutant.ts";

/** A policy of the template, its references resolved. */
export interface PolicyDocument {
  /** Logical id. */
  readonly id: string;
  /** Of the resource's properties. */
  readonly property: string;
  /** Whose it is by its logical id; undefined of a resource's own, and of who may take a role. */
  readonly of: string | undefined;
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

/** @param as what the template is deployed as */
export function documentsOf(template: Template, as: DeployedAs): PolicyDocument[] {
  const intrinsics = new Intrinsics(template, as);
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => {
    const property = properties[Type];
    if (property === undefined) return [];
    const { Statement: statements } = documentSchema.parse(intrinsics.resolve(Properties[property], id));
    const isOfSomebody = Type === "AWS::IAM::Policy" || Type === "AWS::IAM::ManagedPolicy";
    return [{ id, property, of: isOfSomebody ? id : undefined, statements }];
  });
}

/** The rights of a template in which a document has other statements. */
export function rightsWith(
  template: Template,
  as: DeployedAs,
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
  return readRights(mutant, new Intrinsics(mutant, as));
}
