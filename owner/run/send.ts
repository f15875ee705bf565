import { doorUnreachable, doorUntrusted } from "../../shared/errors.ts";
import type { SendAnswer } from "../../shared/owners/door-protocol.ts";
import { assertStorage } from "./assert-storage.ts";
import type { DoorAddress } from "./door-address.ts";
import type { DoorClient, UpdateDigest } from "./door-client.ts";
import type { Transport } from "./transport.ts";

/** An update on its way, of a job by its digest. */
export interface Sending {
  readonly job: string;
  readonly update: Uint8Array;
  readonly digest: UpdateDigest;
}

/** Headers that a door may have signed: what is sent, and that it is written once. */
const signable = /^(?:content-length|content-type|if-none-match|x-amz-[a-z0-9-]+)$/i;
/** Bytes of what S3 answers to a PUT. */
const mostAnswerBytes = 2 ** 16;

/**
 * Has an update lie where the door says, once: bytes that are there already are those very bytes.
 * @throws DoorUntrusted, DoorUnreachable, and what the door refuses by
 */
export async function send(
  client: DoorClient,
  transport: Transport,
  address: DoorAddress,
  { job, update, digest }: Sending,
  signal?: AbortSignal,
): Promise<void> {
  const { put } = await client.send(job, digest, signal);
  if (put === null) return;
  const headers = headersOf(put, update.length);
  assertStorage(put.url, address);
  const { url } = put;
  const asked = { method: "PUT", url, headers, body: update, most: mostAnswerBytes, signal } as const;
  const { status } = await transport.exchange(asked);
  if (status >= 300 && status < 400) {
    throw doorUntrusted(`the update is led elsewhere by ${status}, and does not go there`);
  }
  // 412: it is there; that it is the same, the door says when it is told
  if (status !== 200 && status !== 412) throw doorUnreachable(`the bucket answered ${status} to the update`);
}

function headersOf({ headers }: NonNullable<SendAnswer["put"]>, bytes: number): Record<string, string> {
  const strange = Object.keys(headers).find((name) => !signable.test(name));
  if (strange !== undefined) throw doorUntrusted(`the door wants the header ${strange.slice(0, 100)} sent`);
  // its length is the body's, whatever the door says
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-length");
  return { ...Object.fromEntries(others), "content-length": String(bytes) };
}
