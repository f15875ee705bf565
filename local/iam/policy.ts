import type { Condition } from "./condition.ts";
import type { Context } from "./condition-keys.ts";
import type { Pattern } from "./pattern.ts";
import type { Principal } from "./principal.ts";

/** A policy document, read and compiled: evaluating it parses nothing again. */
export interface Policy {
  /** Where it stands, as messages name it: a logical id, a managed policy's ARN, "session policy". */
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** Its Sid, or its place in the document, counted from 0. */
  readonly name: string;
  readonly effect: "Allow" | "Deny";
  /** Undefined in a policy of an identity, which speaks of that one. */
  readonly principals: readonly Principal[] | undefined;
  readonly actions: Compiled;
  /** Undefined in a trust policy, which is about its own role. */
  readonly resources: Compiled | undefined;
  readonly conditions: readonly Condition[];
}

/** Texts of a policy, as they stand there and as they are compared. */
export interface Compiled {
  readonly texts: readonly string[];
  readonly patterns: readonly Pattern[];
}

/** What a policy decides on, beside who asks. */
export interface Demand {
  /** "s3:GetObject" */
  readonly action: string;
  /** ARN, or "*" where the service knows nothing narrower. */
  readonly resource: string;
  readonly context: Context;
}

/** Whether a statement speaks of that, whoever asks. */
export function appliesTo(
  { actions, resources, conditions }: Statement,
  { action, resource, context }: Demand,
): boolean {
  const name = action.toLowerCase();
  const matching = ({ patterns }: Compiled, text: string) =>
    patterns.some((pattern) => pattern.matches(text, context));
  return (
    matching(actions, name) &&
    (resources === undefined || matching(resources, resource)) &&
    conditions.every((condition) => condition.holds(context))
  );
}
