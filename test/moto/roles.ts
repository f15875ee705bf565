import * as z from "zod";
import { askIam, type Place } from "./place.ts";

/** IAM answers policies as JSON, encoded as in addresses. */
const encoded = z.string().transform((text): unknown => JSON.parse(decodeURIComponent(text)));

const roleRead = z.object({
  GetRoleResponse: z.object({
    GetRoleResult: z.object({ Role: z.object({ AssumeRolePolicyDocument: encoded }) }),
  }),
});
const policyRead = z.object({
  GetRolePolicyResponse: z.object({ GetRolePolicyResult: z.object({ PolicyDocument: encoded }) }),
});
const named = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policiesListed = z.object({
  ListRolePoliciesResponse: z.object({
    ListRolePoliciesResult: z.object({ PolicyNames: z.object({ member: named }) }),
  }),
});
const statements = z.object({ Statement: z.array(z.record(z.string(), z.unknown())) });

/** Who may assume a role, as moto has it. */
export async function trustOf(place: Place, RoleName: string): Promise<unknown> {
  const read = roleRead.parse(await askIam(place, { Action: "GetRole", RoleName }));
  return read.GetRoleResponse.GetRoleResult.Role.AssumeRolePolicyDocument;
}

/** The statements of all of a role's policies that are its own. */
export async function policyOf(place: Place, RoleName: string) {
  const listed = policiesListed.parse(await askIam(place, { Action: "ListRolePolicies", RoleName }));
  const found = [];
  for (const PolicyName of listed.ListRolePoliciesResponse.ListRolePoliciesResult.PolicyNames.member) {
    const read = policyRead.parse(await askIam(place, { Action: "GetRolePolicy", RoleName, PolicyName }));
    found.push(...statements.parse(read.GetRolePolicyResponse.GetRolePolicyResult.PolicyDocument).Statement);
  }
  return found;
}
