import { agreementInvalid } from "../shared/errors.ts";
import type { OwnersAccount } from "../shared/owners/account.ts";
import {
  type Agreement,
  agreement,
  agreementSha256,
  type Member,
  memberOf,
  nameOf,
} from "../shared/owners/agreement.ts";
import type { AgreementName } from "../shared/owners/agreement-name.ts";
import { helpersIn } from "../shared/owners/helpers.ts";
import { fingerprintOf } from "../shared/owners/identity.ts";
import { checkAgreement } from "../shared/owners/next-agreement.ts";
import type { OwnerHome } from "./home.ts";
import { homeFiles, readHomeFile, writeHomeFile } from "./home-files.ts";
import type { OwnerKeys } from "./keys.ts";

const fileOf = (version: number) => `${String(version).padStart(5, "0")}.json`;

/** The highest version of a federation's agreement that the owner has signed. */
export async function highestAccepted(
  { storage }: Pick<OwnerHome, "storage">,
  federation: string,
): Promise<Agreement | undefined> {
  const folder = folderOf(federation);
  const last = (await storage.list(folder))
    .filter((name) => /^\d{5,}\.json$/.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .at(-1);
  return last === undefined ? undefined : readHomeFile(storage, `${folder}/${last}`, agreement);
}

/** Before the acceptance leaves: what is refused from then on follows from it. */
export async function keepAccepted({ storage }: OwnerHome, agreed: Agreement): Promise<void> {
  await writeHomeFile(storage, `${folderOf(agreed.federation)}/${fileOf(agreed.version)}`, agreed);
}

const folderOf = (federation: string) => `${homeFiles.agreements}/${federation}`;

/** Names of the federations of whose agreements the owner has signed one. */
export function acceptedFederations({ storage }: Pick<OwnerHome, "storage">): Promise<string[]> {
  return storage.list(homeFiles.agreements);
}

/**
 * The last of several versions, which follow one another and the one that the owner has signed last; versions that it has not
 * signed in between are only held against each other.
 * @throws AgreementInvalid where one does not go on from the one before, is lower, another one of that number, or nothing
 * that owners can have
 */
export async function followAgreements(home: OwnerHome, given: readonly Agreement[]): Promise<Agreement> {
  const chain = given.toSorted((a, b) => a.version - b.version);
  const [first] = chain;
  const last = chain.at(-1);
  if (!first || !last) throw agreementInvalid("no agreement is given");
  const signed = await highestAccepted(home, first.federation);
  refuseOlder(lastSigned(home, signed, first.federation), signed, first);
  let before = signed?.version === first.version ? undefined : signed;
  for (const next of chain) {
    const called = `version ${next.version} of ${next.federation}`;
    if (before && next.version > before.version + 1) {
      throw agreementInvalid(
        `${called}: version ${before.version} is known, and ${before.version + 1} comes next; give the files of all versions ` +
          "between them too, which are not signed",
      );
    }
    await checkAgreement(next, before, called);
    before = next;
  }
  return last;
}

/** By the log too: a crash may have come between it and the file, and a file can be taken away. */
export function lastSigned(
  { log }: OwnerHome,
  kept: Agreement | undefined,
  federation: string,
): AgreementName | undefined {
  const logged = log.entries.flatMap((one) =>
    one.event === "agreed" && one.agreement.federation === federation ? [one.agreement] : [],
  );
  return [...logged, ...(kept ? [nameOf(kept)] : [])].sort((a, b) => a.version - b.version).at(-1);
}

function refuseOlder(signed: AgreementName | undefined, kept: Agreement | undefined, given: Agreement): void {
  if (!signed) return;
  const called = `version ${given.version} of ${given.federation}`;
  if (given.version > signed.version && kept?.version !== signed.version) {
    throw agreementInvalid(
      `${called}: version ${signed.version} was signed, and its file is gone from the home; give the file of that version too`,
    );
  }
  if (given.version < signed.version) {
    throw agreementInvalid(
      `${called}: version ${signed.version} is signed already, and no earlier one counts any more`,
    );
  }
  if (given.version === signed.version && agreementSha256(given) !== signed.sha256) {
    throw agreementInvalid(
      `${called}: another agreement of that number is signed already, ${signed.sha256.slice(0, 16)} and not ` +
        `${agreementSha256(given).slice(0, 16)}: the coordinator shows owners two agreements; ask the other members which one they have`,
    );
  }
}

/** The keys by which an owner signs under an agreement: the newest, or those before where it has these. */
export function keysIn(
  { keys, keysBefore }: Pick<OwnerHome, "keys" | "keysBefore">,
  agreed: Agreement,
): OwnerKeys {
  if (memberOf(agreed, keys.key) || !keysBefore || !memberOf(agreed, keysBefore.key)) return keys;
  return keysBefore;
}

/** Whether the owner opens sums of masks under an agreement. */
export function isHelper(home: Pick<OwnerHome, "keys" | "keysBefore">, agreed: Agreement): boolean {
  const { key } = keysIn(home, agreed);
  return helpersIn(agreed).some(({ member }) => member.signingKey === key);
}

/** The owner's own place. @throws AgreementInvalid where it has none, or under other keys */
export function ownSeat(home: OwnerHome, agreed: Agreement): Member {
  const { owner } = home;
  const { key, exchangeKey } = keysIn(home, agreed);
  const seat = memberOf(agreed, key);
  const called = `version ${agreed.version} of ${agreed.federation}`;
  if (!seat) {
    throw agreementInvalid(
      `${called}: ${owner.name}, ${fingerprintOf(owner.signingKey)}, is not among the members: send a request first`,
    );
  }
  const { account, stack } = home.storage.account ?? {};
  if (seat.account?.account !== account || seat.account?.stack !== stack) {
    throw agreementInvalid(
      `${called}: has ${owner.name} in ${said(seat.account)}, and this home is in ${said(home.storage.account)}: send a request again`,
    );
  }
  if (seat.name === owner.name && seat.exchangeKey === exchangeKey) return seat;
  throw agreementInvalid(
    `${called}: has ${owner.name} under another name or exchange key than it asked with`,
  );
}

const said = (account: OwnersAccount | undefined) =>
  account ? `stack ${account.stack} of account ${account.account}` : "no account";
