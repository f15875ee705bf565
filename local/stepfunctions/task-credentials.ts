import type { EnclosingState } from "./definition.ts";
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

/** @throws States.Runtime for what is no role's ARN: what AWS calls it is not confirmed */
export function roleOf(name: string, credentials: Json | undefined): string {
  const fields =
    typeof credentials === "object" && credentials !== null && !Array.isArray(credentials) ? credentials : {};
  const { RoleArn: role } = fields;
  if (typeof role === "string" && roleArn.test(role)) return role;
  throw runtimeFailure(
    `The Credentials of the state '${name}' give ${JSON.stringify(role)}, which is no role's ARN`,
  );
}
