import { fileURLToPath } from "node:url";
import { coordinatorStack } from "../../local/assembly/names.ts";
import { templateSchema } from "../../local/assembly/template.ts";
import { authorize } from "../../local/iam/authorize.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { everybody, identityOf, type Who } from "../../test/cdk/deployed-rights.ts";
import { violations, violationsOfResources } from "../../test/cdk/rights-proofs.ts";
import { synthesized } from "../../test/cdk/synthesized.ts";
import { triedAccounts } from "./accounts.ts";
import { triedOwnersStack } from "./owners-stack.ts";
import type { PolicyDocument } from "./policy-documents.ts";
import { type Recorded, recordRuns } from "./recorded-run.ts";
import { type TriedStack, tryMutants } from "./try-mutants.ts";

/**
 * Every statement of every policy of both stacks with one action, resource, principal or condition more or less: either a
 * recorded run is denied something, or what test/cdk/rights-proofs.test.ts or owner-proofs.test.ts proves of the templates does
 * not hold any more. With --owner only what concerns
 * owners in accounts of their own, which takes no run.
 */
const root = fileURLToPath(new URL("../..", import.meta.url));

/** With a KMS key of the stack's own, and the door: what other settings add, test/cdk/added-statements.test.ts has to the letter. */
const settings = { encryptionKey: true, door: true };

async function main(): Promise<number> {
  const owner = await triedOwnersStack();
  const accounts = await triedAccounts();
  const withoutRuns = [accounts, owner];
  const stacks = process.argv.includes("--owner")
    ? withoutRuns
    : [await triedCoordinatorsStack(), ...withoutRuns];
  const unexplained = stacks.map(tryMutants);
  return unexplained.every((count) => count === 0) ? 0 : 1;
}

async function triedCoordinatorsStack(): Promise<TriedStack> {
  const recorded = await recordRuns(root, settings, (text) => console.error(text));
  const requests = Array.from(recorded, ([who, asked]) => `${who} ${asked.length}`).join(", ");
  console.log(`recorded requests: ${requests}`);
  return {
    name: "coordinator",
    template: templateSchema.parse((await synthesized(settings)).toJSON()),
    as: coordinatorStack("fedstep"),
    notice(rights, { of }) {
      const who = of === undefined ? undefined : whoOf(of);
      if (deniedIn(rights, recorded, who ? [who] : everybody).length > 0) return "denied";
      const found = who ? violations(rights, who) : violationsOfResources(rights);
      return found.length > 0 ? "failed" : undefined;
    },
  };
}

function whoOf(id: PolicyDocument["id"]): Who {
  const found = everybody.find((who) => id.startsWith(`${who}Role`) || id.startsWith(`Access${who}`));
  if (found === undefined) throw new Error(`whose policy ${id} is, is not known`);
  return found;
}

/** What of the recorded requests these rights deny. */
function deniedIn(rights: Rights, recorded: Recorded, among: readonly Who[]): string[] {
  return among.flatMap((who) => {
    const identity = identityOf(rights, who);
    return (recorded.get(who) ?? [])
      .filter((request) => !authorize(rights, { ...request, identity }).allowed)
      .map(({ action, resource }) => `${who}: ${action} on ${resource}`);
  });
}

process.exitCode = await main();
