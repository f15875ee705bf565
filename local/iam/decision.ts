import type { Context } from "./condition-keys.ts";
import type { Policy, Statement } from "./policy.ts";

/** The kinds of policies that take part, in the words of AWS's messages. */
export type PolicyType =
  | "identity-based policy"
  | "resource-based policy"
  | "permissions boundary"
  | "session policy"
  | "role trust policy";

/** A statement, and the policy that it stands in. */
export interface Placed {
  readonly type: PolicyType;
  readonly policy: Policy;
  readonly statement: Statement;
}

/** Why something is not allowed: a statement denies it, or no policy of a type allows it. */
export type Reason =
  | { readonly kind: "explicit"; readonly by: Placed }
  | { readonly kind: "implicit"; readonly missing: PolicyType };

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly reason: Reason };

export interface Denied {
  /** ARN of who asked. */
  readonly caller: string;
  readonly action: string;
  readonly resource: string;
  /** What of the request policies may ask, beside who sends it. */
  readonly context: Context;
  /** The resource is another account's, which tells strangers less. */
  readonly foreign: boolean;
  readonly reason: Reason;
}

/**
 * What AWS says to who was denied
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
 */
export function denialSentence({ caller, action, resource, reason }: Denied): string {
  return `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${because(reason, action)}`;
}

export function because(reason: Reason, action: string): string {
  if (reason.kind === "implicit") return `because no ${reason.missing} allows the ${action} action`;
  const { type } = reason.by;
  return `with an explicit deny in ${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}
