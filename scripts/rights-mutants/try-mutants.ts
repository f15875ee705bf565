import type { DeployedAs } from "../../local/assembly/names.ts";
import type { Template } from "../../local/assembly/template.ts";
import type { Rights } from "../../local/iam/rights.ts";
import { documentsOf, type PolicyDocument, rightsWith } from "./policy-documents.ts";
import { mutantsOf } from "./statement-mutant.ts";

/** A stack whose statements are tried, and what notices that one of them has changed. */
export interface TriedStack {
  readonly name: string;
  readonly template: Template;
  readonly as: DeployedAs;
  /** Documents that are tried; all where left out. */
  readonly tries?: (document: PolicyDocument) => boolean;
  /** Whether a recorded run is denied something, or a proof fails, under these rights of the stack. */
  notice(rights: Rights, document: PolicyDocument): "denied" | "failed" | undefined;
}

/** Why a mutant changes nothing that can be asked. */
const reasons: readonly { readonly matches: RegExp; readonly reason: string }[] = [
  {
    matches: /statement \d+: Action s3:\* for s3:PutObject$/,
    reason: "of S3's actions only PutObject can meet s3:if-none-match",
  },
  {
    matches: /^owner: AccessInvoker\w+ statement 0: Principal is everybody$/,
    reason: "the ARN in aws:PrincipalArn names the account already",
  },
];

/** Tries every statement of every policy of the stack. @returns how many survive without a reason */
export function tryMutants({ name, template, as, notice, tries = () => true }: TriedStack): number {
  const documents = documentsOf(template, as).filter(tries);
  const unchanged = documents.find((document) => outcomeOf(document, document.statements) !== undefined);
  if (unchanged) throw new Error(`${name}: without a mutant, ${unchanged.id} is noticed already`);
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
        const outcome = outcomeOf(document, statements);
        if (outcome === undefined) survivors.push(`${name}: ${document.id} statement ${i}: ${mutant.what}`);
        else tally[outcome]++;
      }
    }
  }
  const reasonOf = (text: string) => reasons.find(({ matches }) => matches.test(text))?.reason;
  for (const text of survivors) console.log(`survived: ${text}; ${reasonOf(text) ?? "NO REASON"}`);
  const unexplained = survivors.filter((text) => reasonOf(text) === undefined).length;
  console.log(
    `${name}: ${tally.statements} statements, ${tally.mutants} mutants: ${tally.denied} deny a recorded request, ` +
      `${tally.failed} fail a proof, ${tally.refused} are refused when they are loaded; ` +
      `${survivors.length} survivors, ${unexplained} of them without a reason`,
  );
  return unexplained;

  function outcomeOf(document: PolicyDocument, statements: PolicyDocument["statements"]) {
    let rights: Rights;
    try {
      rights = rightsWith(template, as, document, statements);
    } catch {
      return "refused" as const;
    }
    return notice(rights, document);
  }
}
