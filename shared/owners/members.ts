import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { signatureInvalid, statementReplayed } from "../errors.ts";
import { count, sha256 } from "../workflow/fields.ts";
import { type OwnersAccount, ownersAccount } from "./account.ts";
import { federationName } from "./agreement-name.ts";
import { heardStatement, lineOf, wholeLineOf, withHeard } from "./heard.ts";
import { exchangeKey, fingerprintOf, ownerName, replacedKey, signingKey } from "./identity.ts";
import type { JoinRequest } from "./request.ts";
import type { Rotated } from "./rotation.ts";
import type { Signed } from "./signed.ts";
import { toldSchema } from "./told-schema.ts";

/** By which the coordinator chooses owners; owners themselves set none. */
export const tag = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._=-]{0,39}$/u, 'takes 1 to 40 letters, digits, ".", "_", "=" and "-"');

const draftMember = z.strictObject({
  /** Its number: nobody else's, whoever is removed. */
  number: count,
  name: ownerName,
  signingKey,
  exchangeKey,
  /** The key that it had before, where it has taken new ones. */
  replaces: replacedKey.optional(),
  /** Where its function is invoked; left out of who asks the door for its jobs. */
  account: ownersAccount.optional(),
  policySha256: sha256,
  /** What it has told of its table. */
  schema: toldSchema,
  tags: z.array(tag),
});

/** Who is to stand in a federation's next agreement: the coordinator's list, a sealed record that no owner signs. */
export const membersRecord = z.object({
  federation: federationName,
  /** Number of whoever joins next. */
  nextNumber: count,
  members: z.array(draftMember),
  /** Of each key that has ever been heard of, whether its owner is still on the list or not. */
  heard: z.array(heardStatement).default([]),
});

export type MembersRecord = Readonly<z.output<typeof membersRecord>>;
export type DraftMember = MembersRecord["members"][number];

/**
 * The list with the owner of a request, which has been verified. An owner that asks again keeps its number, and has moved where
 * it names another account, or none; the same request again changes nothing.
 * @throws SignatureInvalid where it would take another's name, or other keys than it has; StatementReplayed, KeyRevoked
 */
export function withRequest(list: MembersRecord, request: Signed<JoinRequest>): MembersRecord {
  const { content, key } = request;
  const heard = withHeard(list.heard, request, `the request of ${content.name}`);
  const { name, exchangeKey, policySha256, schema, place } = content;
  const before = list.members.find((one) => one.signingKey === key);
  if (heard === list.heard) {
    if (before) return list;
    throw statementReplayed(
      `the request of ${name}: was taken in before, and its owner is off the list since; have it make a new one`,
    );
  }
  if (before && before.exchangeKey !== exchangeKey) {
    throw signatureInvalid(
      `${name}: has asked with another exchange key before; remove it first, and add it anew`,
    );
  }
  const namesake = list.members.find((one) => one.signingKey !== key && asRead(one.name) === asRead(name));
  if (namesake) {
    throw signatureInvalid(
      `${name}: is the name of a member with another key, ${fingerprintOf(namesake.signingKey)}; ` +
        "one of the two makes its home anew by another --name; where it is the same owner, it tells of new keys by fedstep owner " +
        "rotate, or fedstep federation revoke ends the old one first",
    );
  }
  const taken = list.members.find((one) => one.signingKey !== key && one.exchangeKey === exchangeKey);
  if (taken) {
    throw signatureInvalid(
      `${name}: its request has the exchange key of ${taken.name}; whoever has made that key keeps it, and the other makes a home ` +
        "anew: fedstep owner init",
    );
  }
  const member = {
    number: before?.number ?? list.nextNumber,
    name,
    signingKey: key,
    exchangeKey,
    policySha256,
    schema,
    tags: before?.tags ?? [],
    ...(before?.replaces && { replaces: before.replaces }),
    ...(place && { account: { account: place.account, stack: place.stack } }),
  };
  if (before)
    return {
      ...list,
      heard: [...heard],
      members: list.members.map((one) => (one === before ? member : one)),
    };
  return { ...list, heard: [...heard], nextNumber: list.nextNumber + 1, members: [...list.members, member] };
}

/**
 * The list with an owner's new keys in place of its old ones, which count no more: both have signed it, which has been verified.
 * The same file again changes nothing.
 * @throws SignatureInvalid where the old key is no member's, or the new one somebody's; StatementReplayed, KeyRevoked
 */
export function withRotation(list: MembersRecord, signed: Signed<Rotated>): MembersRecord {
  const { content, key } = signed;
  const { number, exchangeKey, replaces } = content;
  const called = `the new keys of ${content.name}`;
  const known = list.heard.find((one) => one.key === key);
  const told = list.members.find((one) => one.signingKey === key);
  // the same keys in a later file: the owner has lost the first one
  if (told?.replaces?.key === replaces.key && told.exchangeKey === exchangeKey) {
    return { ...list, heard: [...withHeard(list.heard, signed, called)] };
  }
  const heard = withHeard(withHeard(list.heard, { ...signed, key: replaces.key }, called), signed, called);
  const member = list.members.find((one) => one.signingKey === replaces.key);
  if (!member || member.number !== number) {
    throw signatureInvalid(
      `${called}: the key that they replace is not that of number ${number} on the list`,
    );
  }
  if (known || list.members.some((one) => one.signingKey === key || one.exchangeKey === exchangeKey)) {
    throw signatureInvalid(`${called}: are known already, and take nobody's place`);
  }
  return {
    ...list,
    heard: heard.map((one) => (one.key === replaces.key ? { ...one, replacedBy: key } : one)),
    members: list.members.map((one) =>
      one === member ? { ...one, signingKey: key, exchangeKey, replaces } : one,
    ),
  };
}

/**
 * The list without the owner of a key that is lost: nothing that it has signed, or signs, counts any more, and nothing by the
 * keys before it, or by those that have replaced it since, which whoever has it may have made.
 */
export function withRevoked(list: MembersRecord, key: string): MembersRecord {
  const { heard } = list;
  const line = wholeLineOf(heard, key);
  const revoked = line.map((one) => ({
    ...(heard.find((before) => before.key === one) ?? { key: one, statement: 1, sha256: unheard }),
    revoked: true as const,
  }));
  return {
    ...list,
    heard: [...heard.filter((one) => !line.includes(one.key)), ...revoked],
    members: list.members.filter(({ signingKey }) => !line.includes(signingKey)),
  };
}

/** In the place of a statement's digest where none has come. */
const unheard = canonicalSha256(null);

/** A name as people may take it for another one: by its letters' plain forms, large or small. */
const asRead = (name: string) => name.normalize("NFKC").toLowerCase();

/** The member that a key is or was, until another one replaced it; undefined of whoever is off the list. */
export function memberBy({ members, heard }: MembersRecord, key: string): DraftMember | undefined {
  return members.find(({ signingKey }) => lineOf(heard, signingKey).includes(key));
}

/** The member that a person means: by its name, or by eight and more digits of its fingerprint; undefined where none or several. */
export function memberCalled({ members }: MembersRecord, called: string): DraftMember | undefined {
  const named = members.find(({ name }) => name === called);
  if (named || !/^[0-9a-f]{8,64}$/.test(called)) return named;
  const found = members.filter(({ signingKey }) => fingerprintOf(signingKey).startsWith(called));
  return found.length === 1 ? found[0] : undefined;
}

/** The accounts that members' functions are invoked in. */
export function accountsIn({ members }: Pick<MembersRecord, "members">): OwnersAccount[] {
  return members.flatMap(({ account }) => (account ? [account] : []));
}
