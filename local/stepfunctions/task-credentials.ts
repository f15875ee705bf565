import type { EnclosingState, StateDefinition } from "./definition.ts";
import { runtimeFailure } from "./failures.ts";
import type { Json } from "./library.ts";
import { templateProblem } from "./paths.ts";

const roleArn = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** What of a Task's Credentials would be ignored here, or done otherwise than on AWS, by the field's place. */
export function* credentialsProblems(
  credentials: unknown,
  around: EnclosingState,
): Generator<[field: string, why: string]> {
  if (credentials === undefined) return;
  const given = typeof credentials === "object" && credentials !== null ? Object.entries(credentials) : [];
  const roles = given.filter(([field]) => field === "RoleArn" || field === "RoleArn.$");
  for (const [field] of given) {
    if (!/^RoleArn(\.\$)?$/.test(field)) yield [`Credentials.${field}`, "would be ignored here"];
  }
  if (roles.length !== 1) yield ["Credentials", "needs RoleArn or RoleArn.$, and one of them"];
  for (const [field, value] of roles) {
    const named = field === "RoleArn";
    const problem = named ? arnProblem(value) : templateProblem({ [field]: value }, around);
    if (problem !== undefined) yield [`Credentials.${field}`, problem];
  }
}

function arnProblem(value: unknown): string | undefined {
  return typeof value === "string" && roleArn.test(value) ? undefined : `${value} is no role's ARN`;
}

/**
 * A Task whose parameters say the role too: AWS reads it from the input that Parameters read, which no handler sees
 * once they are evaluated.
 */
export function withRoleInParameters(state: StateDefinition): StateDefinition {
  const { Credentials, Parameters, ...others } = state;
  if (Credentials === undefined) return state;
  const input = Parameters === undefined ? { "Input.$": "$" } : { Input: Parameters };
  return { ...others, Parameters: { Credentials, ...input } };
}

/** What the call of a Task gets, and the role that makes it; undefined for the state machine's own. */
export function inputAndRole(
  name: string,
  { Credentials: credentials }: StateDefinition,
  given: Json,
): { readonly input: Json; readonly roleArn: string | undefined } {
  if (credentials === undefined) return { input: given, roleArn: undefined };
  const { Credentials: evaluated, Input: input = null } = objectOf(given);
  const { RoleArn: role } = objectOf(evaluated);
  if (typeof role === "string" && roleArn.test(role)) return { input, roleArn: role };
  // what AWS calls it is not confirmed
  throw runtimeFailure(
    `The Credentials of the state '${name}' give ${JSON.stringify(role)}, which is no role's ARN`,
  );
}

const objectOf = (value: Json | undefined) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
