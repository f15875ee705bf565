import { agreementInvalid, objectInvalid } from "../shared/errors.ts";
import { federationKeys } from "../shared/layout.ts";
import { type Acceptance, acceptance, acceptanceSha256 } from "../shared/owners/acceptance.ts";
import { type Agreement, agreement, nameOf } from "../shared/owners/agreement.ts";
import type { AgreementName } from "../shared/owners/agreement-name.ts";
import { checkAcceptance } from "../shared/owners/check-acceptance.ts";
import { ownersWaitUnder } from "../shared/owners/plans-wait.ts";
import { openSigned, type Signed } from "../shared/owners/signed.ts";
import type { OwnersWait } from "../shared/owners/waiting-job.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import { mostRecordBytes } from "../shared/workflow/record-size.ts";
import type { RunRecord } from "../shared/workflow/run-record.ts";
import { decodeJson, parseJson } from "./json.ts";
import type { Objects } from "./objects.ts";

/** An agreement with those who have accepted it, every signature verified. */
export interface Accepted {
  readonly agreed: Agreement;
  /** In the order of the members. */
  readonly acceptances: readonly Signed<Acceptance>[];
}

/** @throws ObjectMissing, ObjectInvalid, AgreementInvalid where it is not the one of that name */
export async function readAgreement(objects: Objects, name: AgreementName): Promise<Agreement> {
  const key = federationKeys.agreement(name.federation, name.version);
  const agreed = parseJson(key, (await objects.get(key, mostRecordBytes)).bytes, agreement);
  const found = nameOf(agreed);
  const same = found.federation === name.federation && found.version === name.version;
  if (same && found.sha256 === name.sha256) return agreed;
  throw agreementInvalid(
    `${key}: is version ${found.version} of ${found.federation} with digest ${found.sha256}, and version ${name.version} of ` +
      `${name.federation} with ${name.sha256} was agreed upon`,
  );
}

/** How rounds of a plan wait for its owners; undefined where it has none. @throws as above */
export async function readOwnersWait(objects: Objects, plan: Plan): Promise<OwnersWait | undefined> {
  return ownersWaitUnder(plan, plan.agreement && (await readAgreement(objects, plan.agreement)));
}

/**
 * What an owner has signed under a version.
 * @param fingerprint of its key
 * @throws ObjectMissing, SignatureInvalid, AgreementInvalid where it is of another version or owner
 */
export async function readAcceptance(
  objects: Objects,
  agreed: Agreement,
  fingerprint: string,
): Promise<Signed<Acceptance>> {
  const key = federationKeys.acceptance(agreed.federation, agreed.version, fingerprint);
  const { bytes } = await objects.get(key, mostRecordBytes);
  const accepted = await openSigned("acceptance", acceptance, decodeJson(key, bytes), key);
  checkAcceptance(agreed, accepted, key);
  return accepted;
}

/**
 * What a run with owners goes by.
 * @throws as the two above; ObjectInvalid where an acceptance is not the one that the run began with
 */
export async function readAccepted(
  objects: Objects,
  { agreement: name, accepted }: NonNullable<RunRecord["owners"]>,
): Promise<Accepted> {
  const agreed = await readAgreement(objects, name);
  const acceptances = await Promise.all(
    accepted.map(async ({ fingerprint, sha256 }) => {
      const one = await readAcceptance(objects, agreed, fingerprint);
      const found = acceptanceSha256(one);
      if (found === sha256) return one;
      const key = federationKeys.acceptance(name.federation, name.version, fingerprint);
      throw objectInvalid(`${key}: has digest ${found}, and the run began with ${sha256}`);
    }),
  );
  return { agreed, acceptances };
}
