import * as z from "zod";
import { canonicalJson } from "../canonical-json.ts";
import { jsonOf } from "../json-of.ts";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { sha256 } from "../workflow/fields.ts";
import { agreementName } from "./agreement-name.ts";
import { signatureText } from "./identity.ts";
import type { PlannedHelper } from "./planned-helpers.ts";
import { isSignedBy } from "./signed.ts";

/**
 * What an owner that helps signs of the sums that it has opened. Their header says over whom and the digest of every sum, so that the
 * header's digest is that of all that the object holds.
 */
export const openingStatement = z.strictObject({
  agreement: agreementName,
  run: z.string(),
  round: z.int().positive(),
  /** Number of the execution that asked for it. */
  attempt: z.int().positive(),
  helper: helperNumber,
  /** Seal of the plan. */
  plan: sha256,
  /** The chain before the round. */
  chainSha256: sha256,
  /** Of the weights of the model that the round starts from. */
  globalSha256: sha256,
  /** Of the header of the opened sums. */
  openingSha256: sha256,
  /** Head of the owner's log before the entry of this opening. */
  logHead: sha256,
});

export const signedOpening = z.strictObject({ statement: openingStatement, signature: signatureText });

export type OpeningStatement = Readonly<z.output<typeof openingStatement>>;
export type SignedOpening = Readonly<z.output<typeof signedOpening>>;

/** What an owner has signed of what it has opened, or what is wrong with it. */
export async function openOpening(
  expected: Partial<OpeningStatement>,
  { key, owner }: PlannedHelper,
  { statement = "null", signature = "" }: Readonly<Record<string, string>>,
): Promise<{ readonly signed: SignedOpening } | { readonly problem: string }> {
  const said = signedOpening.safeParse({ statement: jsonOf(statement), signature }).data;
  if (!said) return { problem: `${owner} has signed nothing of it` };
  const names = Object.keys(expected) as (keyof OpeningStatement)[];
  const other = names.find((name) => canonicalJson(said.statement[name]) !== canonicalJson(expected[name]));
  if (other !== undefined) {
    return { problem: `${owner} has signed it with another ${other} than that of the round` };
  }
  // what is no point of the curve has signed nothing
  const isSigned = await isSignedBy(key, "opening", said.statement, said.signature).catch(() => false);
  return isSigned ? { signed: said } : { problem: `it is not signed by the key of ${owner}` };
}
