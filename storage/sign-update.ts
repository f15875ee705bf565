import { objectInvalid } from "../shared/errors.ts";
import { type Signer, sign } from "../shared/owners/signed.ts";
import type { UpdateStatement } from "../shared/owners/update-statement.ts";
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
  const { tensors, metadata } = decodeTensors(key, bytes, bytes.length);
  const { updateSha256 } = metadata;
  if (updateSha256 === undefined) throw objectInvalid(`${key}: is no update`);
  const { content, signature } = await sign("update", { ...statement, updateSha256 }, signer);
  return encodeSafetensors([...tensors.values()], {
    ...metadata,
    statement: JSON.stringify(content),
    signature,
  });
}
