import { createHash } from "node:crypto";
import * as z from "zod";
import { assemblyUnsupported } from "../../shared/errors.ts";
import type { Role } from "../iam/identity.ts";
import type { Policy } from "../iam/policy.ts";
import { type PolicyKind, readPolicy } from "../iam/read-policy.ts";
import type { Encryption, Rights } from "../iam/rights.ts";
import { readEncryption } from "./encryption.ts";
import type { Intrinsics } from "./intrinsics.ts";
import { bucketType } from "./names.ts";
import { checkShape, type Template } from "./template.ts";

const named = { PolicyName: z.string(), PolicyDocument: z.unknown() };

/** Users and groups have no stand-in, and nobody else's policies are known here. */
const roleProperties = z.strictObject({
  AssumeRolePolicyDocument: z.unknown(),
  Description: z.string().optional(),
  ManagedPolicyArns: z.array(z.string()).default([]),
  MaxSessionDuration: z.int().min(3_600).max(43_200).default(3_600),
  Path: z.literal("/").default("/"),
  PermissionsBoundary: z.string().optional(),
  Policies: z.array(z.strictObject(named)).default([]),
  RoleName: z.string().optional(),
  Tags: z.unknown().optional(),
});
const attachedTo = z.array(z.string());
const inlineProperties = z.strictObject({ ...named, Roles: attachedTo });
const managedProperties = z.strictObject({
  Description: z.string().optional(),
  ManagedPolicyName: z.string().optional(),
  Path: z.literal("/").default("/"),
  PolicyDocument: z.unknown(),
  Roles: attachedTo.default([]),
});
const bucketPolicyProperties = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });
const keyProperties = z.object({ KeyPolicy: z.unknown() });
const permissionProperties = z.strictObject({
  Action: z.string(),
  FunctionName: z.string().startsWith("arn:"),
  FunctionUrlAuthType: z.enum(["NONE", "AWS_IAM"]).optional(),
  InvokedViaFunctionUrl: z.boolean().optional(),
  Principal: z.string(),
  SourceAccount: z.string().optional(),
  SourceArn: z.string().optional(),
});

/**
 * Reads what a template grants to whom.
 * @throws AssemblyUnsupported naming the resource, the statement, and what of it is not evaluated
 */
export function readRights(template: Template, intrinsics: Intrinsics): Rights {
  const { resourcePolicies, ...rights } = new RightsReader(template, intrinsics).read();
  const keys = Array.from(rights.encryptions.values(), ({ keyArn }) => keyArn);
  const imported = keys
    .filter((arn) => !resourcePolicies.has(arn))
    .map((arn): [string, Policy] => [arn, importedKeyPolicy(arn, intrinsics.account)]);
  return { ...rights, resourcePolicies: new Map([...resourcePolicies, ...imported]) };
}

/**
 * Of a key that was made elsewhere, nothing says more than its ARN: it is taken to leave all to IAM of the stack's
 * account, as new keys do.
 */
function importedKeyPolicy(keyArn: string, account: string): Policy {
  const document = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" },
  };
  return readPolicy(document, { name: keyArn, kind: "resource", refuse: assemblyUnsupported });
}

class RightsReader {
  readonly #template: Template;
  readonly #intrinsics: Intrinsics;
  readonly #managed = new Map<string, { policy: Policy; roles: readonly string[] }>();

  constructor(template: Template, intrinsics: Intrinsics) {
    this.#template = template;
    this.#intrinsics = intrinsics;
    for (const [id, at] of this.#ofType("AWS::IAM::ManagedPolicy", managedProperties)) {
      const policy = this.#policy(id, "PolicyDocument", at.PolicyDocument, "identity");
      this.#managed.set(this.#arnOf(id), { policy, roles: at.Roles });
    }
  }

  read(): Rights {
    const inline = this.#ofType("AWS::IAM::Policy", inlineProperties).map(
      ([id, { PolicyDocument, Roles }]) => ({
        policy: this.#policy(id, "PolicyDocument", PolicyDocument, "identity"),
        roles: Roles,
      }),
    );
    const attached = [...inline, ...this.#managed.values()];
    const roles = this.#ofType("AWS::IAM::Role", roleProperties).map(([id, properties]) => {
      const name = this.#intrinsics.nameOf(id, id);
      const others = attached.filter((one) => one.roles.includes(name)).map(({ policy }) => policy);
      return this.#role(id, properties, others);
    });
    return {
      roles: new Map(roles.map((role) => [role.arn, role])),
      managedPolicies: new Map(Array.from(this.#managed, ([arn, { policy }]) => [arn, policy])),
      resourcePolicies: this.#resourcePolicies(),
      encryptions: new Map(this.#encryptions()),
    };
  }

  #encryptions(): [bucketArn: string, Encryption][] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Type }]) => Type === bucketType)
      .flatMap(([id, resource]): [string, Encryption][] => {
        const encryption = readEncryption(id, resource, this.#intrinsics);
        return encryption ? [[this.#intrinsics.attribute(id, "Arn", id), encryption]] : [];
      });
  }

  #role(id: string, properties: z.output<typeof roleProperties>, attached: readonly Policy[]): Role {
    const { AssumeRolePolicyDocument, ManagedPolicyArns, PermissionsBoundary, Policies } = properties;
    const arn = this.#intrinsics.attribute(id, "Arn", id);
    const managed = (policyArn: string, at: string) => {
      const found = this.#managed.get(policyArn);
      if (found) return found.policy;
      throw assemblyUnsupported(`${id}.${at}: ${policyArn} is not part of the stack, and so not evaluated`);
    };
    return {
      arn,
      account: this.#intrinsics.account,
      id: roleId(arn),
      trust: this.#policy(id, "AssumeRolePolicyDocument", AssumeRolePolicyDocument, "trust"),
      policies: [
        ...Policies.map(({ PolicyName, PolicyDocument }) =>
          this.#policy(id, `Policies.${PolicyName}`, PolicyDocument, "identity"),
        ),
        ...ManagedPolicyArns.map((one) => managed(one, "ManagedPolicyArns")),
        ...attached,
      ],
      boundary:
        PermissionsBoundary === undefined ? undefined : managed(PermissionsBoundary, "PermissionsBoundary"),
      maxSessionSeconds: properties.MaxSessionDuration,
    };
  }

  #resourcePolicies(): Map<string, Policy> {
    const found = new Map<string, Policy>();
    const add = (arn: string, policy: Policy) => {
      const { name = policy.name, statements = [] } = found.get(arn) ?? {};
      found.set(arn, { name, statements: [...statements, ...policy.statements] });
    };
    for (const [id, { Bucket, PolicyDocument }] of this.#ofType(
      "AWS::S3::BucketPolicy",
      bucketPolicyProperties,
    )) {
      const arn = this.#own(id, `arn:aws:s3:::${Bucket}`, bucketType);
      const policy = this.#policy(id, "PolicyDocument", PolicyDocument, "resource");
      const foreign = policy.statements
        .flatMap(({ resources }) => resources?.texts ?? [])
        .find((text) => text !== arn && !text.startsWith(`${arn}/`));
      // as S3 refuses it
      if (foreign !== undefined)
        throw assemblyUnsupported(`${id}.PolicyDocument: invalid resource ${foreign}`);
      add(arn, policy);
    }
    for (const [id, { KeyPolicy }] of this.#ofType("AWS::KMS::Key", keyProperties)) {
      add(this.#intrinsics.attribute(id, "Arn", id), this.#policy(id, "KeyPolicy", KeyPolicy, "resource"));
    }
    for (const [id, permission] of this.#ofType("AWS::Lambda::Permission", permissionProperties)) {
      const document = permissionDocument(id, permission);
      add(
        this.#own(id, permission.FunctionName, "AWS::Lambda::Function"),
        this.#policy(id, "Permission", document, "resource"),
      );
    }
    return found;
  }

  /** A policy of what another stack deploys would be that stack's business. */
  #own(id: string, arn: string, type: string): string {
    const found = Object.entries(this.#template.Resources).some(
      ([one, { Type }]) => Type === type && this.#intrinsics.attribute(one, "Arn", one) === arn,
    );
    if (found) return arn;
    throw assemblyUnsupported(`${id}: ${arn} is not part of the stack`);
  }

  #policy(id: string, at: string, document: unknown, kind: PolicyKind): Policy {
    const refuse = (what: string) => assemblyUnsupported(`${id}.${at}: ${what}`);
    return readPolicy(document, { name: id, kind, refuse });
  }

  #ofType<T>(type: string, schema: z.ZodType<T>): [id: string, T][] {
    return Object.entries(this.#template.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([id, { Properties }]) => [id, checkShape(id, schema, this.#intrinsics.resolve(Properties, id))]);
  }

  #arnOf(id: string): string {
    return checkShape(id, z.string(), this.#intrinsics.resolve({ Ref: id }, id));
  }
}

/** The statement that Lambda makes of a permission in the function's policy. */
function permissionDocument(id: string, permission: z.output<typeof permissionProperties>): unknown {
  const { Action, FunctionName, FunctionUrlAuthType, InvokedViaFunctionUrl, Principal } = permission;
  const { SourceAccount, SourceArn } = permission;
  const equal = {
    ...(SourceAccount !== undefined && { "aws:SourceAccount": SourceAccount }),
    ...(FunctionUrlAuthType !== undefined && { "lambda:FunctionUrlAuthType": FunctionUrlAuthType }),
  };
  const ofService = Principal.endsWith(".amazonaws.com");
  return {
    Version: "2012-10-17",
    Statement: {
      Sid: id,
      Effect: "Allow",
      Principal: ofService ? { Service: Principal } : { AWS: Principal },
      Action,
      Resource: FunctionName,
      Condition: {
        ...(SourceArn !== undefined && { ArnLike: { "aws:SourceArn": SourceArn } }),
        ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
        ...(InvokedViaFunctionUrl !== undefined && {
          Bool: { "lambda:InvokedViaFunctionUrl": InvokedViaFunctionUrl },
        }),
      },
    },
  };
}

/** As IAM's unique ids look: always the same for the same role. */
function roleId(arn: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const digest = createHash("sha256").update(arn).digest().subarray(0, 17);
  return `AROA${Array.from(digest, (byte) => letters[byte % letters.length]).join("")}`;
}
