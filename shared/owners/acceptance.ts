import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { sha256 } from "../workflow/fields.ts";
import { agreementName } from "./agreement-name.ts";
import { description } from "./description.ts";
import { ownerName, signatureText, signingKey } from "./identity.ts";
import type { Signed } from "./signed.ts";

/** An owner's signature under a version of the agreement, with what it tells of its data under it. */
export const acceptance = z.strictObject({
  agreement: agreementName,
  name: ownerName,
  policySha256: sha256,
  description,
});

export type Acceptance = Readonly<z.output<typeof acceptance>>;

/** As records repeat it: read, and not yet verified. */
export const signedAcceptance = z.strictObject({
  content: acceptance,
  key: signingKey,
  signature: signatureText,
});

/** By which a run names the acceptances that it goes by. */
export function acceptanceSha256(accepted: Signed<Acceptance>): string {
  return canonicalSha256(accepted);
}
