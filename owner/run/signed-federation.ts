import { readdir } from "node:fs/promises";
import { agreementInvalid, ownerInvalid } from "../../shared/errors.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { highestAccepted } from "../accepted.ts";
import type { OwnerHome } from "../home.ts";
import { homeFiles, inHome, isMissing } from "../home-files.ts";

/**
 * What the owner has signed last of a federation.
 * @param named undefined: of the one that there is
 * @throws OwnerInvalid where there are several; AgreementInvalid where nothing is signed
 */
export async function signedFederation(home: OwnerHome, named: string | undefined): Promise<Agreement> {
  const signed = await signedFederations(home);
  if (named === undefined && signed.length > 1) {
    throw ownerInvalid(`--federation: takes one of ${signed.join(", ")}`);
  }
  const federation = named ?? signed[0];
  const agreed =
    federation !== undefined && signed.includes(federation) && (await highestAccepted(home, federation));
  if (agreed) return agreed;
  throw agreementInvalid(
    `no agreement ${named === undefined ? "" : `of ${named} `}is signed in ${home.folder}: fedstep owner accept FILE signs one`,
  );
}

/** Names of the federations whose agreements the owner has signed. */
async function signedFederations({ folder }: OwnerHome): Promise<string[]> {
  try {
    return (await readdir(inHome(folder, homeFiles.agreements))).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
