import type { Command } from "commander";
import { federationMissing, signatureInvalid } from "../../shared/errors.ts";
import { type Acceptance, acceptance } from "../../shared/owners/acceptance.ts";
import { memberOf } from "../../shared/owners/agreement.ts";
import { checkAcceptance } from "../../shared/owners/check-acceptance.ts";
import { assertPlace, type CoordinatorsPlace } from "../../shared/owners/coordinators-place.ts";
import { fingerprintOf } from "../../shared/owners/identity.ts";
import { type Leave, leave } from "../../shared/owners/leave.ts";
import { memberBy, withRequest, withRotation } from "../../shared/owners/members.ts";
import { type JoinRequest, joinRequest } from "../../shared/owners/request.ts";
import { openRotated, type Rotated } from "../../shared/owners/rotation.ts";
import { openSigned, type Signed } from "../../shared/owners/signed.ts";
import { readAgreement } from "../../storage/agreement-objects.ts";
import {
  acceptedBy,
  changeMembers,
  lastAgreement,
  putAcceptance,
  readMembers,
} from "../../storage/federation-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readJsonFile } from "../../tables/json-file.ts";
import type { Session } from "../session.ts";
import {
  type AccountsFile,
  type AccountsOptions,
  accountsFileOption,
  openAccountsFile,
  tellAccounts,
} from "./accounts-file.ts";
import { existing, inBucket, ofFederation, placeOf } from "./opened.ts";
import { takeLeave, tellDeleted } from "./take-leave.ts";

export function addCommand(session: Session): Command {
  return ofFederation(
    "add",
    "take in a file of an owner's: a request to join, an acceptance of an agreement, new keys, or that it leaves",
  )
    .argument("<file>", "what the owner has sent")
    .addOption(accountsFileOption())
    .addHelpText(
      "after",
      `
Signatures are checked. Whose key it is, ask the owner: it reads its fingerprint out. Of an owner that leaves, the updates
that it has sent are deleted; stop the federation's runs first.

Examples:
  fedstep federation add request.json
  fedstep federation add acceptance.json --target aws
  fedstep federation add leave.json --target aws`,
    )
    .action((file: string, given: AccountsOptions) => add(session, file, given));
}

async function add(session: Session, file: string, given: AccountsOptions): Promise<void> {
  const value = await readJsonFile(file, "", signatureInvalid);
  if (says(value, "leaves")) {
    const leaving = await openSigned("leave", leave, value, file);
    const accounts = await openAccountsFile(given);
    return inBucket(given, "writes", (objects) => addLeave(session, objects, leaving, accounts));
  }
  if (says(value, "rotates")) {
    const rotated = await openRotated(value, file);
    return inBucket(given, "writes", (objects) => addRotation(session, objects, rotated));
  }
  if (says(value, "agreement")) {
    const accepted = await openSigned("acceptance", acceptance, value, file);
    return inBucket(given, "writes", (objects) => addAcceptance(session, objects, accepted, file));
  }
  const request = await openSigned("request", joinRequest, value, file);
  const accounts = await openAccountsFile(given);
  return inBucket(given, "writes", (objects, outputs) =>
    addRequest(session, objects, request, { coordinator: placeOf(outputs), accounts }),
  );
}

/** Which of the four a file means to be; whether it is, its signature says. */
function says(value: unknown, field: string): boolean {
  const content =
    typeof value === "object" && value !== null && "content" in value ? value.content : undefined;
  return typeof content === "object" && content !== null && field in content;
}

async function addLeave(
  session: Session,
  objects: Objects,
  leaving: Signed<Leave>,
  accounts: AccountsFile,
): Promise<void> {
  const federation = leaving.content.leaves;
  const called = fingerprintOf(leaving.key).slice(0, 16);
  const left = await takeLeave(objects, leaving);
  const { removed, list } = left;
  const deleted = tellDeleted(session, left);
  session.print(
    // not the file's own word for who that is
    `${removed === null ? `The owner of key ${called} stood on no list of ${federation}` : `${removed} (key ${called}) is off the list of ${federation}`}. ${deleted}\n` +
      "What stays: what it told by its acceptances, the records of rounds that it took part in, and the models made of them. " +
      `A bucket that keeps versions (-c versioned=true) has what is deleted as an earlier version.\n` +
      `The agreement that there is still names it: fedstep federation propose ${federation} makes the next one.`,
  );
  await tellAccounts(session, accounts, list);
}

async function addRotation(session: Session, objects: Objects, rotated: Signed<Rotated>): Promise<void> {
  const federation = rotated.content.rotates;
  const list = await changeMembers(objects, federation, (before) =>
    withRotation(existing(before, federation), rotated),
  );
  session.print(
    `${memberBy(list, rotated.key)?.name} has new keys on the list of ${federation}.\n` +
      `Fingerprint: ${fingerprintOf(rotated.key)}\nbefore:      ${fingerprintOf(rotated.content.replaces.key)}\n` +
      `The agreement that there is has the old one still: fedstep federation propose ${federation} makes the next version.`,
  );
}

async function addRequest(
  session: Session,
  objects: Objects,
  request: Signed<JoinRequest>,
  to: { readonly coordinator: CoordinatorsPlace; readonly accounts: AccountsFile },
): Promise<void> {
  const { federation, name, place } = request.content;
  const list = await changeMembers(objects, federation, (found) => {
    const before = found ?? { federation, nextNumber: 0, members: [], heard: [] };
    assertPlace(request.content, to.coordinator, before, request.key);
    return withRequest(before, request);
  });
  const where = place
    ? `Its function is to be invoked in the account ${place.account}, stack ${place.stack}: have it read out too.\n`
    : "";
  session.print(
    `${name} is on the list of ${federation}, which has ${list.members.length} now.\n${where}` +
      `Fingerprint: ${fingerprintOf(request.key)}\n` +
      "Have the owner read it out: who has that key is all that the signature says.",
  );
  await tellAccounts(session, to.accounts, list);
}

async function addAcceptance(
  session: Session,
  objects: Objects,
  accepted: Signed<Acceptance>,
  file: string,
): Promise<void> {
  const { agreement: named, name } = accepted.content;
  const last = await lastAgreement(objects, named.federation);
  if (!last || named.version > last.version) {
    throw federationMissing(
      `${file}: there is no version ${named.version} of ${named.federation} here; fedstep federation propose makes versions`,
    );
  }
  const agreed = await readAgreement(objects, named);
  checkAcceptance(agreed, accepted, file);
  const list = existing(await readMembers(objects, named.federation), named.federation);
  if (memberBy(list, accepted.key)?.number !== memberOf(agreed, accepted.key)?.number) {
    throw signatureInvalid(
      `${file}: ${name} (key ${fingerprintOf(accepted.key).slice(0, 16)}) is off the list of ${named.federation}: it has left, or ` +
        "was removed; it asks to join anew, and accepts the version that has it by its new number",
    );
  }
  await putAcceptance(objects, accepted);
  const signed = (await acceptedBy(objects, named.federation, named.version)).length;
  session.print(
    `${name} has accepted version ${named.version} of ${named.federation}: ${signed} of ${agreed.members.length} members have` +
      `${named.version < last.version ? `; version ${last.version} has superseded it` : ""}`,
  );
}
