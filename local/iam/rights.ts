import type { Role } from "./identity.ts";
import type { Policy } from "./policy.ts";

/** What is granted to whom, as assemblies have it, with every pattern compiled. */
export interface Rights {
  /** By ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  /** For people's roles, and for sessions that are narrowed to one; by ARN. */
  readonly managedPolicies: ReadonlyMap<string, Policy>;
  /** Of buckets, keys and functions, by the resource's ARN. */
  readonly resourcePolicies: ReadonlyMap<string, Policy>;
}

/** Where nothing is deployed: only an account's administrator may do anything. */
export const noRights: Rights = {
  roles: new Map(),
  managedPolicies: new Map(),
  resourcePolicies: new Map(),
};
