import type { IncomingMessage } from "node:http";
import type { Service } from "../endpoint/endpoint.ts";
import { QueryError, queryApi } from "../endpoint/query-api.ts";
import type { AccessControl } from "../iam/access-control.ts";
import type { Authenticator } from "../iam/authenticator.ts";
import type { CredentialStore } from "../iam/credential-store.ts";
import { denialSentence } from "../iam/decision.ts";
import { federatedUser, type Identity, type Role, roleSession } from "../iam/identity.ts";
import { identityOf } from "../iam/requester.ts";
import type { Rights } from "../iam/rights.ts";
import { branch, leaf } from "../s3/xml.ts";
import { invalid, readAssumeRole, readFederationToken, sessionPolicies } from "./session-request.ts";

export interface StsOptions {
  readonly authenticator: Authenticator;
  readonly access: AccessControl;
  /** Roles that are assumed, and policies that sessions are narrowed to. */
  readonly rights: Rights;
  /** Gets the credentials of the sessions. */
  readonly keys: CredentialStore;
}

export interface LocalSts {
  readonly handle: Service;
  close(): Promise<void>;
}

/** A session that a session of a role opens ends after an hour. */
const longestChainedSeconds = 3600;

/**
 * STS on this machine: who somebody is, sessions of roles, and sessions of the administrator that have less rights. The
 * administrator stands for a person with all rights, whom AWS lets do both; the root user of an account it does not.
 */
export async function openSts({ authenticator, access, rights, keys }: StsOptions): Promise<LocalSts> {
  const assumeRole = (form: URLSearchParams, message: IncomingMessage): string[] => {
    const { RoleArn, RoleSessionName, DurationSeconds, ExternalId, Policy } = readAssumeRole(form);
    const context = { "sts:ExternalId": ExternalId, "sts:RoleSessionName": RoleSessionName };
    const denial = access.denialOf(message, { action: "sts:AssumeRole", resource: RoleArn, context });
    const role = rights.roles.get(RoleArn);
    if (denial || role === undefined) {
      const sentence = denial ? denialSentence(denial) : `there is no role ${RoleArn}`;
      throw new QueryError("AccessDenied", sentence, 403);
    }
    checkDuration(DurationSeconds, role, identityOf(message));
    const session = roleSession(role, RoleSessionName, sessionPolicies(form, Policy, rights, role.account));
    return [
      branch("AssumedRoleUser", leaf("AssumedRoleId", session.userId), leaf("Arn", session.callerArn)),
      credentialsFor(session, DurationSeconds),
    ];
  };

  const getFederationToken = (form: URLSearchParams, message: IncomingMessage): string[] => {
    const { Name, DurationSeconds, Policy } = readFederationToken(form);
    const { account, role, sessionPolicies: narrowed } = identityOf(message);
    if (role !== undefined || narrowed !== undefined) {
      throw new QueryError("AccessDenied", "Cannot call GetFederationToken with session credentials", 403);
    }
    const user = federatedUser(account, Name, sessionPolicies(form, Policy, rights, account) ?? []);
    return [
      branch("FederatedUser", leaf("FederatedUserId", user.userId), leaf("Arn", user.callerArn)),
      credentialsFor(user, DurationSeconds),
    ];
  };

  const getCallerIdentity = (_form: URLSearchParams, message: IncomingMessage): string[] => {
    const { callerArn, userId, account } = identityOf(message);
    return [leaf("Arn", callerArn), leaf("UserId", userId), leaf("Account", account)];
  };

  const credentialsFor = (identity: Identity, seconds: number): string => {
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = keys.issue(identity, seconds);
    return branch(
      "Credentials",
      leaf("AccessKeyId", accessKeyId),
      leaf("SecretAccessKey", secretAccessKey),
      leaf("SessionToken", sessionToken),
      leaf("Expiration", new Date(expiresAt).toISOString()),
    );
  };

  const api = queryApi(
    {
      name: "sts",
      namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
      operations: {
        AssumeRole: assumeRole,
        GetFederationToken: getFederationToken,
        GetCallerIdentity: getCallerIdentity,
      },
      // the first two decide by themselves, and everybody may ask who he is
      permissionOf: () => undefined,
    },
    { authenticator, access },
  );
  await api.ready();
  return { handle: api.routing, close: () => api.close() };
}

function checkDuration(seconds: number, { maxSessionSeconds }: Role, { role }: Identity): void {
  if (role !== undefined && seconds > longestChainedSeconds) {
    throw invalid(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (seconds > maxSessionSeconds) {
    throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
}
