import type { Identity } from "./identity.ts";
import type { Principal } from "./principal.ts";

/** Who asks: an identity, a service of AWS for its own sake, or somebody who has signed nothing. */
export type Requester = Identity | { readonly service: string } | "anonymous";

/**
 * How directly a policy speaks of somebody. An account hands on to its own policies; a role is still limited by its
 * boundary and by what its session was narrowed to; a session, or everybody, by neither
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
 */
export const directness = { account: 1, role: 2, session: 3 } as const;
export type Directness = (typeof directness)[keyof typeof directness];

/** Undefined where none of the principals is the one who asks. */
export function directnessOf(principals: readonly Principal[], requester: Requester): Directness | undefined {
  let most: Directness | undefined;
  for (const principal of principals) {
    const one = named(principal, requester);
    if (one !== undefined && one > (most ?? 0)) most = one;
  }
  return most;
}

function named(principal: Principal, requester: Requester): Directness | undefined {
  if (principal.kind === "everybody") return directness.session;
  if (requester === "anonymous") return undefined;
  if ("service" in requester) {
    return principal.kind === "service" && principal.name === requester.service
      ? directness.session
      : undefined;
  }
  switch (principal.kind) {
    case "account":
      return principal.account === requester.account ? directness.account : undefined;
    case "role":
      return principal.arn === requester.principalArn ? directness.role : undefined;
    case "session":
      return principal.arn === requester.callerArn ? directness.session : undefined;
    case "service":
      return undefined;
  }
}
