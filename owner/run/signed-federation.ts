import { agreementInvalid, ownerInvalid } from "../../shared/errors.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { acceptedFederations, highestAccepted } from "../accepted.ts";
import type { OwnerHome } from "../home.ts";

/**
 * What the owner has signed last of a federation.
 * @param named undefined: of the one that there is
 * @throws OwnerInvalid where there are several; AgreementInvalid where nothing is signed
 */
export async function signedFederation(home: OwnerHome, named: string | undefined): Promise<Agreement> {
  const signed = (await acceptedFederations(home)).sort();
  if (named === undefined && signed.length > 1) {
    throw ownerInvalid(`--federation: takes one of ${signed.join(", ")}`);
  }
  const federation = named ?? signed[0];
  const agreed =
    federation !== undefined && signed.includes(federation) && (await highestAccepted(home, federation));
  if (agreed) return agreed;
  throw agreementInvalid(
    `no agreement ${named === undefined ? "" : `of ${named} `}is signed in ${home.place}: fedstep owner accept FILE signs one`,
  );
}
