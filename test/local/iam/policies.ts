import { type Identity, type Role, roleSession } from "../../../local/iam/identity.ts";
import type { Policy } from "../../../local/iam/policy.ts";
import { type PolicyKind, readPolicy } from "../../../local/iam/read-policy.ts";

export interface GivenStatement {
  readonly Effect?: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly [element: string]: unknown;
}

/** A policy of these statements, which allow where they do not say. */
export function policy(kind: PolicyKind, ...statements: readonly GivenStatement[]): Policy {
  const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
  return readPolicy(
    { Version: "2012-10-17", Statement },
    { name: kind, kind, refuse: (what) => new Error(what) },
  );
}

export const here = "111111111111";
export const elsewhere = "222222222222";

export function role(given: Partial<Role> = {}): Role {
  const { account = here } = given;
  return {
    arn: `arn:aws:iam::${account}:role/Train`,
    account,
    id: "AROATRAIN",
    trust: policy("trust", { Principal: { AWS: account }, Action: "sts:AssumeRole" }),
    policies: [],
    boundary: undefined,
    maxSessionSeconds: 3_600,
    ...given,
  };
}

export const session = (given: Partial<Role> = {}, policies?: readonly Policy[]): Identity =>
  roleSession(role(given), "run", policies);
