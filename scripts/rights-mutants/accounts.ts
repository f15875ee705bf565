import { coordinatorStack } from "../../local/assembly/names.ts";
import { templateSchema } from "../../local/assembly/template.ts";
import { ownerAccounts, violationsOfAccounts } from "../../test/cdk/accounts-proofs.ts";
import { violationsOfResources } from "../../test/cdk/rights-proofs.ts";
import { synthesized } from "../../test/cdk/synthesized.ts";
import type { TriedStack } from "./try-mutants.ts";

/** Of the coordinator's stack what names owners' accounts: the policies of bucket and key, and the state machine's role. */
export async function triedAccounts(): Promise<TriedStack> {
  const settings = { encryptionKey: true, door: true, ownerAccounts };
  return {
    name: "accounts",
    template: templateSchema.parse((await synthesized(settings)).toJSON()),
    as: coordinatorStack("fedstep"),
    tries: ({ id }) => /^Objects(BucketPolicy|Key)/.test(id),
    notice: (rights) =>
      [...violationsOfAccounts(rights), ...ownersAside(violationsOfResources(rights))].length > 0
        ? "failed"
        : undefined,
  };
}

/** What the other proofs say of everybody but owners. */
const ownersAside = (violations: readonly string[]) =>
  violations.filter((text) => !text.startsWith("stranger: "));
