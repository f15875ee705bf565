import { fileURLToPath } from "node:url";
import { templateSchema } from "../../local/assembly/template.ts";
import { authorize } from "../../local/iam/authorize.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { everybody, identityOf, type Who } from "../../test/cdk/deployed-rights.ts";
import { violations, violationsOfResources } from "../../test/cdk/rights-proofs.ts";
import { synthesized } from "../../test/cdk/synthesized.ts";
import { documentsOf, type PolicyDocument, rightsWith } from "./policy-documents.ts";
import { type Recorded, recordRuns } from "./recorded-run.ts";
import { mutantsOf } from "./statement-mutant.ts";

/**
 * Every statement of every policy with one action, resource, principal or condition more or less: either a recorded run
 * is denied something, or what test/cdk/rights-proofs.test.ts proves of the template does not hold any more.
 */
const root = fileURLToPath(new URL("../..", import.meta.url));

/** With a KMS key of the stack's own, and the door: what other settings add, test/cdk/added-statements.test.ts has to the letter. */
const settings = { encryptionKey: true, door: true };

/** Why a mutant changes nothing that can be asked. */
const reasons: readonly { readonly matches: RegExp; readonly reason: string }[] = [
  {
    matches: /statement \d+: Action s3:\* for s3:PutObject$/,
    reason: "of S3's actions only PutObject can meet s3:if-none-match",
  },
];

async function main(): Promise<number> {
  const recorded = await recordRuns(root, settings, (text) => console.error(text));
  const template = templateSchema.parse((await synthesized(settings)).toJSON());
  const documents = documentsOf(template);
  const unchanged = whole(documents, template);
  const before = deniedIn(unchanged, recorded, everybody);
  if (before.length > 0) throw new Error(`without a mutant, a run is denied ${before[0]}`);

  const tally = { statements: 0, mutants: 0, denied: 0, failed: 0, refused: 0 };
  const survivors: string[] = [];
  for (const document of documents) {
    for (const [i, statement] of document.statements.entries()) {
      tally.statements++;
      for (const mutant of mutantsOf(statement)) {
        tally.mutants++;
        const statements = document.statements.flatMap((one, n) => {
          const kept = n === i ? mutant.statement : one;
          return kept ? [kept] : [];
        });
        const outcome = noticed(document, statements, recorded);
        if (outcome === undefined) survivors.push(`${document.id} statement ${i}: ${mutant.what}`);
        else tally[outcome]++;
      }
    }
  }
  const unexplained = survivors.filter((text) => !reasons.some(({ matches }) => matches.test(text)));
  for (const text of survivors) {
    console.log(
      `survived: ${text}; ${reasons.find(({ matches }) => matches.test(text))?.reason ?? "NO REASON"}`,
    );
  }
  const requests = Array.from(recorded, ([who, asked]) => `${who} ${asked.length}`).join(", ");
  console.log(`recorded requests: ${requests}`);
  console.log(
    `${tally.statements} statements, ${tally.mutants} mutants: ${tally.denied} deny a recorded request, ` +
      `${tally.failed} fail a proof, ${tally.refused} are refused when they are loaded; ` +
      `${survivors.length} survivors, ${unexplained.length} of them without a reason`,
  );
  return unexplained.length === 0 ? 0 : 1;

  function noticed(
    document: PolicyDocument,
    statements: PolicyDocument["statements"],
    runs: Recorded,
  ): "denied" | "failed" | "refused" | undefined {
    let rights: Rights;
    try {
      rights = rightsWith(template, document, statements);
    } catch {
      return "refused";
    }
    const { who } = document;
    if (deniedIn(rights, runs, who === "resources" ? everybody : [who]).length > 0) return "denied";
    const found = who === "resources" ? violationsOfResources(rights) : violations(rights, who);
    return found.length > 0 ? "failed" : undefined;
  }
}

function whole(documents: readonly PolicyDocument[], template: Parameters<typeof rightsWith>[0]): Rights {
  const [first] = documents;
  if (!first) throw new Error("the template has no policies");
  return rightsWith(template, first, first.statements);
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
