import type { Policy } from "./policy.ts";

/** A role as an assembly has it. */
export interface Role {
  readonly arn: string;
  readonly account: string;
  /** What begins a session's user id: AROA and letters that follow from the ARN. */
  readonly id: string;
  /** Who may assume it. */
  readonly trust: Policy;
  /** Inline and attached managed ones. */
  readonly policies: readonly Policy[];
  /** Permissions boundary: what the policies allow and this does not is not allowed. */
  readonly boundary: Policy | undefined;
  /** The longest session that AssumeRole gives, seconds. */
  readonly maxSessionSeconds: number;
}

/** Who asks, as a signature has shown. */
export interface Identity {
  readonly account: string;
  /** aws:PrincipalArn: of the role for a session, arn:aws:iam::ACCOUNT:root for an account's administrator. */
  readonly principalArn: string;
  /** As GetCallerIdentity tells it and as messages name it: arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION. */
  readonly callerArn: string;
  /** aws:userid: of a role's session ROLE_ID:SESSION. */
  readonly userId: string;
  /** Undefined for an administrator, who may do all in its own account. */
  readonly role: Role | undefined;
  /** What a session was narrowed to: one of these has to allow it too. Undefined where it was not narrowed. */
  readonly sessionPolicies: readonly Policy[] | undefined;
}

/** Who owns the account: all is allowed but what a policy of a resource denies. */
export function administrator(account: string): Identity {
  const arn = `arn:aws:iam::${account}:root`;
  return {
    account,
    principalArn: arn,
    callerArn: arn,
    userId: account,
    role: undefined,
    sessionPolicies: undefined,
  };
}

/** A session of a role that has been assumed, by AssumeRole or by a service. */
export function roleSession(role: Role, session: string, sessionPolicies?: readonly Policy[]): Identity {
  return {
    account: role.account,
    principalArn: role.arn,
    callerArn: `arn:aws:sts::${role.account}:assumed-role/${nameOf(role)}/${session}`,
    userId: `${role.id}:${session}`,
    role,
    sessionPolicies,
  };
}

/** An administrator's session by GetFederationToken: it may do what the administrator may and its policies allow. */
export function federatedUser(account: string, name: string, sessionPolicies: readonly Policy[]): Identity {
  const arn = `arn:aws:sts::${account}:federated-user/${name}`;
  return {
    account,
    principalArn: arn,
    callerArn: arn,
    userId: `${account}:${name}`,
    role: undefined,
    sessionPolicies,
  };
}

/** Without the path, which stands in a role's ARN only. */
function nameOf({ arn }: Role): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
