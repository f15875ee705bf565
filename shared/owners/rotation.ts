import * as z from "zod";
import { count } from "../workflow/fields.ts";
import type { Agreement } from "./agreement.ts";
import { federationName } from "./agreement-name.ts";
import { exchangeKey, signingKey } from "./identity.ts";
import { isSignedBy } from "./signed.ts";

/** What a member's old key signs so that others take its new keys for the same owner's. */
export const rotation = z.strictObject({
  federation: federationName,
  number: count,
  signingKey,
  exchangeKey,
});

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
