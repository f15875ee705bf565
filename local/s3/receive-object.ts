import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type ReceivedBody, receiveBody } from "./body.ts";
import { createChecksum } from "./checksums.ts";
import type { Draft } from "./draft.ts";
import type { RequestFault } from "./request-fault.ts";

/**
 * An upload's bytes, in the draft: those that were sent, or what a fault makes of them.
 * @returns undefined where the fault leaves nothing
 */
export async function receiveObject(
  message: IncomingMessage,
  draft: Draft,
  fault: RequestFault | undefined,
): Promise<ReceivedBody | undefined> {
  const { store, keepsChecksum = false } = fault ?? {};
  if (store === undefined) return receiveBody(message, (bytes) => draft.write(bytes));
  const chunks: Buffer[] = [];
  const sent = await receiveBody(message, (bytes) => void chunks.push(Buffer.from(bytes)));
  const bytes = store(Buffer.concat(chunks));
  if (bytes === undefined) return undefined;
  draft.write(bytes);
  const { checksum } = sent;
  return {
    size: bytes.length,
    md5: createHash("md5").update(bytes).digest(),
    checksum: checksum && !keepsChecksum ? { ...checksum, value: checksumOf(bytes, checksum) } : checksum,
  };
}

function checksumOf(bytes: Buffer, { algorithm }: NonNullable<ReceivedBody["checksum"]>): string {
  const checksum = createChecksum(algorithm);
  checksum.update(bytes);
  return checksum.digest().toString("base64");
}
