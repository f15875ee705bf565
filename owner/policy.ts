import { canonicalSha256 } from "../shared/canonical-json.ts";
import { explain } from "../shared/config/explain.ts";
import { ownerInvalid } from "../shared/errors.ts";
import { type Policy, policy } from "../shared/owners/policy.ts";
import { readJsonFile } from "../tables/json-file.ts";
import { homeFiles, inHome } from "./home-files.ts";

/** An owner's rules as they are now, and their digest. */
export interface ReadPolicy {
  readonly policy: Policy;
  readonly sha256: string;
}

/** @throws OwnerInvalid naming every field that is wrong, what it got and what it takes */
export async function readPolicy(home: string): Promise<ReadPolicy> {
  const path = inHome(home, homeFiles.policy);
  const input = await readJsonFile(path, "", ownerInvalid);
  const parsed = policy.safeParse(input);
  if (parsed.success) return { policy: parsed.data, sha256: canonicalSha256(parsed.data) };
  const document = { schema: policy, called: "the policy" };
  const lines = parsed.error.issues.flatMap((issue) => explain(issue, input, document));
  throw ownerInvalid(`${path}:\n${lines.join("\n")}`);
}
