import * as z from "zod";
import { signatureInvalid } from "../errors.ts";
import { count } from "../workflow/fields.ts";
import type { Agreement } from "./agreement.ts";
import { federationName } from "./agreement-name.ts";
import { statementNumber } from "./heard.ts";
import { exchangeKey, ownerName, replacedKey, signingKey } from "./identity.ts";
import { isSignedBy, openSigned, type Signed } from "./signed.ts";

/** What a member's old key signs so that others take its new keys for the same owner's. */
export const rotation = z.strictObject({
  federation: federationName,
  number: count,
  signingKey,
  exchangeKey,
});

/** The file by which an owner tells of its new keys: signed by the new one, and with the old one's signature for both. */
export const rotated = z.strictObject({
  format: z.literal(1),
  rotates: federationName,
  name: ownerName,
  statement: statementNumber,
  /** Its number in the agreement. */
  number: count,
  exchangeKey,
  replaces: replacedKey,
});

export type Rotated = Readonly<z.output<typeof rotated>>;

/** @throws SignatureInvalid where one of the two keys has not signed it */
export async function openRotated(value: unknown, called: string): Promise<Signed<Rotated>> {
  const opened = await openSigned("rotated", rotated, value, called);
  const { rotates: federation, number, exchangeKey, replaces } = opened.content;
  const statement = { federation, number, signingKey: opened.key, exchangeKey };
  if (await isSignedBy(replaces.key, "rotation", statement, replaces.signature)) return opened;
  throw signatureInvalid(`${called}: the key that it replaces has not signed the new ones`);
}

/** Members whose old key has not signed the new ones; empty where none. */
export async function unsignedRotations({ federation, members }: Agreement): Promise<string[]> {
  const checked = members.map(async ({ number, name, signingKey, exchangeKey, replaces }) => {
    if (!replaces) return [];
    const statement = { federation, number, signingKey, exchangeKey };
    const signed = await isSignedBy(replaces.key, "rotation", statement, replaces.signature);
    return signed ? [] : [`${name}: the key that it had has not signed its new ones`];
  });
  return (await Promise.all(checked)).flat();
}
