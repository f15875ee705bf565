import * as z from "zod";
import { compileConditions } from "./condition.ts";
import { compileArnPattern, compilePattern, type Pattern, type Refuse } from "./pattern.ts";
import type { Compiled, Policy, Statement } from "./policy.ts";
import { readPrincipals } from "./principal.ts";

/** Of an identity (boundaries and session policies too), of a resource, or of who may assume a role. */
export type PolicyKind = "identity" | "resource" | "trust";

const list = <T>(schema: z.ZodType<T>) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(schema).min(1));
const texts = list(z.string());
const conditionValues = list(
  z.union([z.string(), z.boolean(), z.number()]).transform((value) => String(value)),
);

/** What is not named here (NotAction, NotResource, NotPrincipal, federated principals) is not evaluated. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(["Allow", "Deny"]),
  Principal: z
    .union([z.literal("*"), z.strictObject({ AWS: texts.optional(), Service: texts.optional() })])
    .optional(),
  Action: texts,
  Resource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).default({}),
});

/** In the version before, variables stand for themselves. */
const documentSchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Id: z.string().optional(),
  Statement: list(statementSchema),
});

export interface PolicyPlace {
  readonly name: string;
  readonly kind: PolicyKind;
  /** Makes the error for what is not evaluated, or no policy. */
  readonly refuse: Refuse;
}

/** @throws what `refuse` makes, of the statement and what of it is not evaluated */
export function readPolicy(document: unknown, { name, kind, refuse }: PolicyPlace): Policy {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw refuse(issues.join("; "));
  }
  const statements = parsed.data.Statement.map((statement, i) => {
    const called = statement.Sid ?? String(i);
    const unevaluated: Refuse = (what) => refuse(`Statement.${called}: ${what} is not evaluated`);
    return readStatement(called, statement, kind, unevaluated);
  });
  return { name, statements };
}

function readStatement(
  name: string,
  { Effect, Principal, Action, Resource, Condition }: z.output<typeof statementSchema>,
  kind: PolicyKind,
  refuse: Refuse,
): Statement {
  if ((Principal === undefined) !== (kind === "identity")) {
    throw refuse(Principal ? "a principal in an identity's policy" : "a statement without Principal");
  }
  if ((Resource === undefined) !== (kind === "trust")) {
    throw refuse(Resource ? "a resource in a trust policy" : "a statement without Resource");
  }
  return {
    name,
    effect: Effect,
    principals: Principal && readPrincipals(Principal, refuse),
    actions: compiled(Action, (text) => actionPattern(text, refuse)),
    resources: Resource && compiled(Resource, (text) => compileArnPattern(text, refuse)),
    conditions: compileConditions(Condition, refuse),
  };
}

function compiled(given: readonly string[], compile: (text: string) => Pattern): Compiled {
  return { texts: given, patterns: given.map(compile) };
}

/** IAM compares actions without regard to case. */
function actionPattern(text: string, refuse: Refuse): Pattern {
  if (!/^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/.test(text)) throw refuse(`the action ${text}`);
  return compilePattern(text.toLowerCase(), refuse);
}
