import { canonicalSha256 } from "../shared/canonical-json.ts";
import { explain } from "../shared/config/explain.ts";
import { ownerInvalid } from "../shared/errors.ts";
import { type Policy, policy } from "../shared/owners/policy.ts";
import { readJsonBytes } from "../tables/json-file.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles } from "./home-files.ts";

/** An owner's rules as they are now, and their digest. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly sha256: string;
}

/** @throws OwnerInvalid naming every field that is wrong, what it got and what it takes */
export async function readPolicy({ storage }: Pick<OwnerHome, "storage">): Promise<ReadPolicy> {
  const called = storage.named(homeFiles.policy);
  const bytes = await storage.read(homeFiles.policy);
  if (!bytes)
    throw ownerInvalid(`${called} is missing: bring it back, or take the one that fedstep owner init makes`);
  const input = readJsonBytes(bytes, called, ownerInvalid);
  const parsed = policy.safeParse(input);
  if (parsed.success) return { policy: parsed.data, sha256: canonicalSha256(parsed.data) };
  const document = { schema: policy, called: "the policy" };
  const lines = parsed.error.issues.flatMap((issue) => explain(issue, input, document));
  throw ownerInvalid(`${called}:\n${lines.join("\n")}`);
}
