import { federationBusy, objectTaken } from "../shared/errors.ts";
import { acceptancesOf, agreementsOf, federationKeys } from "../shared/layout.ts";
import { type Acceptance, acceptanceSha256, signedAcceptance } from "../shared/owners/acceptance.ts";
import { type Agreement, agreement } from "../shared/owners/agreement.ts";
import { fingerprintOf } from "../shared/owners/identity.ts";
import { type MembersRecord, membersRecord } from "../shared/owners/members.ts";
import type { Signed } from "../shared/owners/signed.ts";
import { mostRecordBytes } from "../shared/workflow/record-size.ts";
import { parseJson } from "./json.ts";
import type { Objects } from "./objects.ts";
import { openRecord, sealRecord } from "./sealed-records.ts";

/** Times that a change is made anew where another coordinator was faster. */
const attempts = 5;

/** The coordinator's list, or undefined where there is no such federation. @throws ObjectInvalid */
export function readMembers(objects: Objects, federation: string): Promise<MembersRecord | undefined> {
  return objects.findRecord(federationKeys.members(federation), membersRecord);
}

/**
 * Changes the list: two coordinators at once do not lose each other's change.
 * @param change of the list as it stands; throws where it cannot be made
 * @throws ObjectInvalid, FederationBusy, or what the change throws
 */
export async function changeMembers(
  objects: Objects,
  federation: string,
  change: (before: MembersRecord | undefined) => MembersRecord,
): Promise<MembersRecord> {
  const key = federationKeys.members(federation);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const found = await objects.find(key, mostRecordBytes);
    const before = found && (await openRecord(key, found.bytes, membersRecord)).record;
    const next = change(before);
    const { text } = await sealRecord(key, next);
    if (await objects.putOver(key, text, "application/json", found?.etag)) return next;
  }
  throw federationBusy(`${key}: others change it at the same time; try again`);
}

/** The highest version of a federation's agreement. @throws ObjectInvalid */
export async function lastAgreement(objects: Objects, federation: string): Promise<Agreement | undefined> {
  const key = (await objects.list(agreementsOf(federation))).at(-1);
  return key === undefined
    ? undefined
    : parseJson(key, (await objects.get(key, mostRecordBytes)).bytes, agreement);
}

/** Written once: no version is ever another one. @throws ObjectTaken */
export async function putAgreement(objects: Objects, agreed: Agreement): Promise<void> {
  const key = federationKeys.agreement(agreed.federation, agreed.version);
  if (await objects.putNew(key, `${JSON.stringify(agreed, null, 2)}\n`, "application/json")) return;
  throw objectTaken(
    `${key}: another coordinator has proposed version ${agreed.version} meanwhile; look at it, and propose the next one`,
  );
}

/** Written once: an owner accepts a version in the same words, or the next one in others. @throws ObjectTaken */
export async function putAcceptance(objects: Objects, accepted: Signed<Acceptance>): Promise<void> {
  const { federation, version } = accepted.content.agreement;
  const key = federationKeys.acceptance(federation, version, fingerprintOf(accepted.key));
  if (await objects.putNew(key, `${JSON.stringify(accepted, null, 2)}\n`, "application/json")) return;
  const { bytes } = await objects.get(key, mostRecordBytes);
  if (acceptanceSha256(parseJson(key, bytes, signedAcceptance)) === acceptanceSha256(accepted)) return;
  throw objectTaken(
    `${key}: ${accepted.content.name} has accepted version ${version} in other words before; propose a next version, which it ` +
      "accepts as it is now",
  );
}

/** Fingerprints of the owners who have accepted a version. */
export async function acceptedBy(objects: Objects, federation: string, version: number): Promise<string[]> {
  const prefix = acceptancesOf(federation, version);
  const found = await objects.list(prefix);
  return found.map((key) => key.slice(prefix.length).replace(/\.json$/, ""));
}
