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
  /** By the bucket's ARN; there is none where S3's own key encrypts, which takes no rights. */
  readonly encryptions: ReadonlyMap<string, Encryption>;
}

/** The KMS key that a bucket's objects are encrypted by. */
export interface Encryption {
  readonly keyArn: string;
  /** The key is asked for the bucket, and not for each object. */
  readonly bucketKey: boolean;
}

/** Where nothing is deployed: only an account's administrator may do anything. */
export const noRights: Rights = {
  roles: new Map(),
  managedPolicies: new Map(),
  resourcePolicies: new Map(),
  encryptions: new Map(),
};
