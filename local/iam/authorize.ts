import type { Context } from "./condition-keys.ts";
import type { Decision, Placed, PolicyType, Reason } from "./decision.ts";
import { type Directness, directness, directnessOf, type Requester } from "./directness.ts";
import type { Identity } from "./identity.ts";
import { appliesTo, type Demand, type Policy } from "./policy.ts";
import type { Rights } from "./rights.ts";

export interface AuthorizationRequest extends Demand {
  readonly identity: Identity;
  /** Whose the resource is. */
  readonly resourceAccount: string;
}

interface Side {
  readonly type: PolicyType;
  readonly policies: readonly Policy[];
}

/**
 * AWS's order of evaluation: what one statement denies, nothing allows; within an account the identity's policies or
 * the resource's allow, across accounts both have to; keys and roles are used by nobody whom their own policy does not
 * let in. A boundary and a session's policies narrow what the identity's policies allow, and what a resource's policy
 * allows the role
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
export function authorize(rights: Rights, request: AuthorizationRequest): Decision {
  const { identity, action, resource, resourceAccount } = request;
  const demand = { action, resource, context: contextOf(request) };
  const own = resourceSide(rights, resource, action);
  const sides = [...identitySides(identity), ...limits(identity)];
  const denying = [...sides, own].map((side) => denialIn(side, demand, identity)).find(Boolean);
  if (denying) return denied({ kind: "explicit", by: denying });

  const granted = grantOf(own.policies, demand, identity);
  const unmet = (among: readonly Side[]) => among.find((side) => !allows(side, demand))?.type;
  const fromIdentity = unmet(sides);
  if (identity.account !== resourceAccount) {
    // the side that somebody can see to is named first
    if (fromIdentity) return missing(fromIdentity);
    return granted === undefined ? missing(own.type) : allowed;
  }
  if (granted === directness.session) return allowed;
  if (granted === directness.role) {
    const narrowed = unmet(limits(identity));
    return narrowed ? missing(narrowed) : allowed;
  }
  if (granted === undefined && decidesAlone(action)) return missing(own.type);
  return fromIdentity ? missing(fromIdentity) : allowed;
}

/** Whether a policy of a resource lets a service in for its own sake, as Lambda takes a function's role. */
export function serviceMay(policy: Policy, service: string, demand: Demand): boolean {
  return lets(policy, { service }, demand);
}

/** Whether a resource's own policy lets everybody, somebody who has signed nothing too. */
export function everybodyMay({ resourcePolicies }: Rights, demand: Demand): boolean {
  const policy = resourcePolicies.get(holderOf(demand.resource));
  return policy !== undefined && lets(policy, "anonymous", demand);
}

function lets(policy: Policy, requester: Requester, demand: Demand): boolean {
  const side: Side = { type: "resource-based policy", policies: [policy] };
  return (
    denialIn(side, demand, requester) === undefined && grantOf(side.policies, demand, requester) !== undefined
  );
}

const allowed: Decision = { allowed: true };
const denied = (reason: Reason): Decision => ({ allowed: false, reason });
const missing = (type: PolicyType): Decision => denied({ kind: "implicit", missing: type });

function contextOf({ identity, resourceAccount, context }: AuthorizationRequest): Context {
  return {
    ...context,
    "aws:PrincipalAccount": identity.account,
    "aws:PrincipalArn": identity.principalArn,
    "aws:ResourceAccount": resourceAccount,
    "aws:userid": identity.userId,
  };
}

/** IAM policies of the account mean nothing there unless the resource's own policy says so. */
function decidesAlone(action: string): boolean {
  return action.startsWith("kms:") || action.startsWith("sts:AssumeRole");
}

function resourceSide({ roles, resourcePolicies }: Rights, resource: string, action: string): Side {
  if (action.startsWith("sts:")) {
    const role = roles.get(resource);
    return { type: "role trust policy", policies: role ? [role.trust] : [] };
  }
  const policy = resourcePolicies.get(holderOf(resource));
  return { type: "resource-based policy", policies: policy ? [policy] : [] };
}

/** ARN of what has a policy: an object's is its bucket's. */
function holderOf(resource: string): string {
  return resource.startsWith("arn:aws:s3:::") ? (resource.split("/")[0] ?? resource) : resource;
}

/** An administrator's are as if they allowed everything. */
function identitySides({ role }: Identity): Side[] {
  return role ? [{ type: "identity-based policy", policies: role.policies }] : [];
}

function limits({ role, sessionPolicies }: Identity): Side[] {
  return [
    ...(role?.boundary ? [{ type: "permissions boundary" as const, policies: [role.boundary] }] : []),
    ...(sessionPolicies ? [{ type: "session policy" as const, policies: sessionPolicies }] : []),
  ];
}

function denialIn({ type, policies }: Side, demand: Demand, requester: Requester): Placed | undefined {
  for (const policy of policies) {
    const statement = policy.statements.find(
      (one) =>
        one.effect === "Deny" &&
        (one.principals === undefined || directnessOf(one.principals, requester) !== undefined) &&
        appliesTo(one, demand),
    );
    if (statement) return { type, policy, statement };
  }
  return undefined;
}

function allows({ policies }: Side, demand: Demand): boolean {
  return policies.some(({ statements }) =>
    statements.some((one) => one.effect === "Allow" && appliesTo(one, demand)),
  );
}

/** The most direct of the grants of a resource's policies. */
function grantOf(policies: readonly Policy[], demand: Demand, requester: Requester): Directness | undefined {
  let most: Directness | undefined;
  for (const { statements } of policies) {
    for (const statement of statements) {
      if (statement.effect === "Deny") continue;
      const grant = directnessOf(statement.principals ?? [], requester);
      if (grant === undefined || grant <= (most ?? 0)) continue;
      if (appliesTo(statement, demand)) most = grant;
    }
  }
  return most;
}
