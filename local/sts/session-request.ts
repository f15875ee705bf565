import * as z from "zod";
import { QueryError } from "../endpoint/query-api.ts";
import { accountOfArn } from "../iam/arn.ts";
import type { Policy } from "../iam/policy.ts";
import { readPolicy } from "../iam/read-policy.ts";
import type { Rights } from "../iam/rights.ts";

/** Bounds of STS; seconds. */
const shortestSeconds = 900;
const longestRoleSeconds = 43_200;
const longestFederationSeconds = 129_600;
const mostPolicies = 10;

const name = (longest: number) =>
  z
    .string()
    .min(2)
    .max(longest)
    .regex(/^[\w+=,.@-]*$/);
const seconds = (longest: number, otherwise: number) =>
  z.string().default(String(otherwise)).transform(Number).pipe(z.int().min(shortestSeconds).max(longest));
const externalId = z
  .string()
  .min(2)
  .max(1224)
  .regex(/^[\w+=,.@:/-]*$/);
/** STS bounds the characters of an inline policy. */
const inlinePolicy = z.string().min(1).max(2048);

const assumeRole = z.object({
  RoleArn: z.string().min(20).max(2048),
  RoleSessionName: name(64),
  DurationSeconds: seconds(longestRoleSeconds, 3600),
  ExternalId: externalId.optional(),
  Policy: inlinePolicy.optional(),
});
const getFederationToken = z.object({
  Name: name(32),
  DurationSeconds: seconds(longestFederationSeconds, 43_200),
  Policy: inlinePolicy.optional(),
});

/** Tags, identities of other providers and chained context change what a session may: none of them is ignored. */
function read<T>(form: URLSearchParams, schema: z.ZodObject & z.ZodType<T>): T {
  const known = ["Action", "Version", ...Object.keys(schema.shape)];
  const unknown = [...form.keys()].find(
    (key) => !known.includes(key) && !/^PolicyArns\.member\.\d+\.arn$/.test(key),
  );
  if (unknown !== undefined) throw invalid(`the local endpoint does not take ${unknown}`);
  const parsed = schema.safeParse(Object.fromEntries(form));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `Value at '${path.join(".")}': ${message}`);
  throw invalid(`${issues.length} validation error detected: ${issues.join("; ")}`);
}

/** @throws QueryError */
export const readAssumeRole = (form: URLSearchParams) => read(form, assumeRole);
/** @throws QueryError */
export const readFederationToken = (form: URLSearchParams) => read(form, getFederationToken);

/**
 * What a session is narrowed to: a policy of the request, and managed ones by their ARN.
 * @param account of the role or of the administrator whose session it is: managed policies are of the same
 * @returns undefined where there is none
 * @throws QueryError
 */
export function sessionPolicies(
  form: URLSearchParams,
  inline: string | undefined,
  { managedPolicies }: Rights,
  account: string,
): Policy[] | undefined {
  const arns = [...form].filter(([key]) => key.startsWith("PolicyArns.")).map(([, arn]) => arn);
  if (arns.length > mostPolicies) throw invalid(`a session takes at most ${mostPolicies} policies by ARN`);
  const managed = arns.map((arn) => {
    const policy = accountOfArn(arn) === account ? managedPolicies.get(arn) : undefined;
    if (policy === undefined) throw invalid(`no stack of account ${account} has a managed policy ${arn}`);
    return policy;
  });
  const own = inline === undefined ? [] : [readInline(inline)];
  return arns.length + own.length === 0 ? undefined : [...own, ...managed];
}

function readInline(text: string): Policy {
  const refuse = (what: string) => new QueryError("MalformedPolicyDocument", what);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw refuse("the session policy is not JSON");
  }
  return readPolicy(document, { name: "session policy", kind: "identity", refuse });
}

/** In the words of every validation of STS. */
export const invalid = (message: string) => new QueryError("ValidationError", message);
