import { objectInvalid } from "../shared/errors.ts";
import type { OpeningStatement } from "../shared/owners/opening-statement.ts";
import { type Purpose, type Signer, sign } from "../shared/owners/signed.ts";
import type { SignedStatement, UpdateStatement } from "../shared/owners/update-statement.ts";
import { encodeSafetensors } from "../shared/tensors/safetensors.ts";
import { decodeTensors } from "./decode-tensors.ts";

/**
 * An update with its owner's signature beside its header: the same bytes again for the same statement and key.
 * @param key of the object, as messages name it
 * @param statement but for the header's digest, which the update says itself
 * @throws ObjectInvalid where the bytes are no update
 */
export async function signUpdate(
  key: string,
  bytes: Uint8Array,
  statement: Omit<UpdateStatement, "updateSha256">,
  signer: Signer,
): Promise<Uint8Array> {
  return (await signedUpdate(key, bytes, statement, signer)).bytes;
}

/** The same with what was signed, which the boxes of a masked update repeat. */
export async function signedUpdate(
  key: string,
  bytes: Uint8Array,
  statement: Omit<UpdateStatement, "updateSha256">,
  signer: Signer,
): Promise<{ readonly bytes: Uint8Array; readonly signed: SignedStatement }> {
  return signHeader(key, bytes, "update", (updateSha256) => ({ ...statement, updateSha256 }), signer);
}

/** Sums that a helper has opened, likewise. */
export async function signOpening(
  key: string,
  bytes: Uint8Array,
  statement: Omit<OpeningStatement, "openingSha256">,
  signer: Signer,
): Promise<Uint8Array> {
  const of = (openingSha256: string) => ({ ...statement, openingSha256 });
  return (await signHeader(key, bytes, "opening", of, signer)).bytes;
}

/** @param of the statement, by the header's digest */
async function signHeader<T>(
  key: string,
  bytes: Uint8Array,
  purpose: Purpose,
  of: (headerSha256: string) => T,
  signer: Signer,
) {
  const { tensors, metadata } = decodeTensors(key, bytes, bytes.length);
  const { updateSha256 } = metadata;
  if (updateSha256 === undefined) throw objectInvalid(`${key}: has no header`);
  const { content: statement, signature } = await sign(purpose, of(updateSha256), signer);
  const told = { ...metadata, statement: JSON.stringify(statement), signature };
  return { bytes: encodeSafetensors([...tensors.values()], told), signed: { statement, signature } };
}
