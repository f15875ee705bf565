import type { Template } from "aws-cdk-lib/assertions";
import { type BundleName, bundleNames } from "../../cdk/bundle.ts";
import { type AccessKind, accessKinds, policyName } from "../../cdk/constructs/access-rights.ts";
import { Intrinsics } from "../../local/assembly/intrinsics.ts";
import {
  coordinatorAccount as account,
  coordinatorStack,
  localBucket,
  region,
} from "../../local/assembly/names.ts";
import { readRights } from "../../local/assembly/read-rights.ts";
import { templateSchema } from "../../local/assembly/template.ts";
import { authorize } from "../../local/iam/authorize.ts";
import type { Context } from "../../local/iam/condition-keys.ts";
import { type Identity, type Role, roleSession } from "../../local/iam/identity.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { machineRoleOf } from "../../shared/owners/stack-names.ts";

/** Whose policies are tried: a function's role, the state machine's, or those that people attach. */
export type Who = BundleName | "Federation" | AccessKind;

export const everybody: readonly Who[] = [...bundleNames, "Federation", ...accessKinds];
export const isPeople = (who: Who): who is AccessKind => accessKinds.some((kind) => kind === who);

export const bucketArn = `arn:aws:s3:::${localBucket}`;
/** ARN of what is in the coordinator's account. */
export const at = (service: string, resource: string, where = `${region}:${account}`) =>
  `arn:aws:${service}:${where}:${resource}`;
export const keyArn = at("kms", "key/fedstep-objectskey");

/** What the stack "fedstep" grants to whom, as the local endpoints read and evaluate it. */
export function deployedRights(template: Template): Rights {
  const parsed = templateSchema.parse(template.toJSON());
  return readRights(parsed, new Intrinsics(parsed, coordinatorStack("fedstep")));
}

/** ARN of the role of a function, or of the state machine. */
export function roleArnOf(who: BundleName | "Federation"): string {
  const name = who === "Federation" ? machineRoleOf("fedstep", region) : `fedstep-${who.toLowerCase()}role`;
  return `arn:aws:iam::${account}:role/${name}`;
}

export function roleOf(rights: Rights, who: BundleName | "Federation"): Role {
  const arn = roleArnOf(who);
  const role = rights.roles.get(arn);
  if (!role) throw new Error(`there is no role ${arn}`);
  return role;
}

/** A session of the role, or of one that has the policy for these people and nothing else. */
export function identityOf(rights: Rights, who: Who): Identity {
  if (!isPeople(who)) return roleSession(roleOf(rights, who), "session");
  const policy = rights.managedPolicies.get(
    `arn:aws:iam::${account}:policy/${policyName("fedstep", region, who)}`,
  );
  if (!policy) throw new Error(`there is no policy for a ${who}`);
  const person = {
    arn: `arn:aws:iam::${account}:role/${who}`,
    account,
    id: "AROAPEOPLE",
    trust: { name: who, statements: [] },
    policies: [policy],
    boundary: undefined,
    maxSessionSeconds: 3_600,
  };
  return roleSession(person, "session");
}

/** A statement as its policy has it, its references resolved. */
export interface Granted {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly {
    readonly operator: string;
    readonly key: string;
    readonly values: readonly string[];
  }[];
}

/** All that somebody's policies grant. @throws where one denies */
export function grantsOf(rights: Rights, who: Who): Granted[] {
  const statements = identityOf(rights, who).role?.policies.flatMap((policy) => policy.statements) ?? [];
  return statements.map(({ effect, actions, resources, conditions }) => {
    if (effect === "Deny") throw new Error(`a policy of ${who} denies ${actions.texts}`);
    return {
      actions: actions.texts,
      resources: resources?.texts ?? [],
      conditions: conditions.map(({ operator, key, values }) => ({ operator, key, values })),
    };
  });
}

export function may(
  rights: Rights,
  who: Who,
  action: string,
  resource: string,
  context: Context = {},
): boolean {
  const identity = identityOf(rights, who);
  return authorize(rights, { identity, action, resource, resourceAccount: account, context }).allowed;
}

/** Whether somebody may list what begins with that, or learn that it is missing. */
export const mayList = (rights: Rights, who: Who, prefix: string) =>
  may(rights, who, "s3:ListBucket", bucketArn, { "s3:prefix": prefix });
