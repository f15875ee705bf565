import { agreementInvalid } from "../errors.ts";
import type { Acceptance } from "./acceptance.ts";
import { type Agreement, agreementSha256, memberOf } from "./agreement.ts";
import { falseDescription } from "./false-description.ts";
import type { Signed } from "./signed.ts";

/**
 * Whether an acceptance, whose signature has been verified, is a member's of this version, and tells of data that it can be of.
 * @param called how messages call it
 * @throws AgreementInvalid
 */
export function checkAcceptance(agreed: Agreement, accepted: Signed<Acceptance>, called: string): void {
  const { agreement, name } = accepted.content;
  const { federation, version } = agreed;
  const refuse = (why: string) => agreementInvalid(`${called}: ${why}`);
  if (
    agreement.federation !== federation ||
    agreement.version !== version ||
    agreement.sha256 !== agreementSha256(agreed)
  ) {
    throw refuse(`accepts another agreement than version ${version} of ${federation}`);
  }
  if (memberOf(agreed, accepted.key)?.name !== name) {
    throw refuse(`is signed by nobody whom the agreement calls ${name}`);
  }
  const problem = falseDescription(agreed, accepted.content.description);
  if (problem !== undefined) throw refuse(`${name} ${problem}`);
}
