import { objectInvalid } from "../shared/errors.ts";
import { type DecodedTensors, decodeSafetensors } from "../shared/tensors/safetensors.ts";

/**
 * @param mostHeaderBytes that it may have
 * @throws ObjectInvalid naming the key
 */
export function decodeTensors(key: string, bytes: Uint8Array, mostHeaderBytes: number): DecodedTensors {
  try {
    return decodeSafetensors(bytes, undefined, mostHeaderBytes);
  } catch (error) {
    throw objectInvalid(`${key}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
