import { region } from "../../../local/assembly/names.ts";
import { AccessControl, type AccessControlOptions } from "../../../local/iam/access-control.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { roleSession } from "../../../local/iam/identity.ts";
import { noRights, type Rights } from "../../../local/iam/rights.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { type GivenStatement, policy, role } from "./policies.ts";

/** The coordinator's, whose the local endpoints are. */
export const own = "000000000000";

/** Who asks, what the policies say, and credentials of sessions with policies of their own. */
export function enforced(rights: Partial<Rights>, options: AccessControlOptions = {}) {
  const store = new CredentialStore();
  const access = new AccessControl(options);
  access.enforce({ ...noRights, ...rights });
  /** For the SDK's clients: a session of a role with these statements. */
  const settingsOf = (endpoint: string, account: string, ...statements: readonly GivenStatement[]) => {
    const policies = statements.length > 0 ? [policy("identity", ...statements)] : [];
    const session = roleSession(role({ account, policies }), "run");
    return { endpoint, region, maxAttempts: 1, credentials: store.issue(session, 900) };
  };
  return { access, authenticator: new SignatureVerifier(store), settingsOf };
}
