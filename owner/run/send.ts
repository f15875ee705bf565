import { doorUnreachable, doorUntrusted } from "../../shared/errors.ts";
import { jobSha256, type SendAnswer } from "../../shared/owners/door-protocol.ts";
import type { AnyJob } from "../../shared/owners/helpers-job.ts";
import { visible } from "../../shared/visible.ts";
import { assertStorage } from "./assert-storage.ts";
import type { DoorAddress } from "./door-address.ts";
import type { DoorClient, UpdateDigest } from "./door-client.ts";
import type { Transport } from "./transport.ts";

/** An object on its way. */
export interface SendingObject {
  readonly content: Uint8Array;
  readonly digest: UpdateDigest;
}

/** What leaves for a job: an update, boxes beside a masked one, or the sums that a helper has opened. */
export interface Sending {
  readonly job: AnyJob;
  readonly sent: SendingObject;
  readonly boxes?: SendingObject | undefined;
}

/** What a PUT says of an update, and nothing else: its size and type, its SHA-256 as base64, and that it is written once. */
const headersFor = ({ bytes, sha256 }: UpdateDigest) => ({
  "content-length": String(bytes),
  "content-type": "application/octet-stream",
  "if-none-match": "*",
  [checksumHeader]: Buffer.from(sha256, "hex").toString("base64"),
});
const checksumHeader = "x-amz-checksum-sha256";
/** Bytes of what S3 answers to a PUT. */
const mostAnswerBytes = 2 ** 16;

/**
 * Has an object lie where the door says, once: bytes that are there already are those very bytes.
 * @param beside what it is beside an update; left out of what its job is about
 * @returns by what the bucket says that it has taken them; undefined where it says that they are there already, or the door does
 * @throws DoorUntrusted, DoorUnreachable, and what the door refuses by
 */
export async function send(
  client: DoorClient,
  transport: Transport,
  address: DoorAddress,
  job: AnyJob,
  { content, digest }: SendingObject,
  beside: "boxes" | undefined,
  signal?: AbortSignal,
): Promise<"checksum" | "answer" | undefined> {
  const { put } = await client.send(jobSha256(job), digest, beside, signal);
  if (put === null) return undefined;
  const headers = headersOf(put, digest);
  assertStorage(put.url, address);
  const { url } = put;
  const asked = { method: "PUT", url, headers, body: content, most: mostAnswerBytes, signal } as const;
  const { status, headers: answered } = await transport.exchange(asked);
  if (status >= 300 && status < 400) {
    throw doorUntrusted(`the update is led elsewhere by ${status}, and does not go there`);
  }
  // 412: it is there; that it is the same, the door says when it is told
  if (status === 412) return undefined;
  if (status !== 200) throw doorUnreachable(`the bucket answered ${status} to the update`);
  const checksum = answered[checksumHeader];
  if (checksum === undefined) return "answer";
  if (checksum === headers[checksumHeader]) return "checksum";
  throw doorUntrusted("the bucket says that other bytes have come than were sent");
}

/** @throws DoorUntrusted where the door names another header, or another value of one */
function headersOf(
  { headers }: NonNullable<SendAnswer["put"]>,
  digest: UpdateDigest,
): Record<string, string> {
  const own = headersFor(digest);
  const others = new Map<string, string>(Object.entries(own));
  for (const [name, value] of Object.entries(headers)) {
    const known = others.get(name.toLowerCase());
    const called = visible(name.slice(0, 100));
    if (known === undefined) throw doorUntrusted(`the door wants the header ${called} sent`);
    if (known !== value) throw doorUntrusted(`the door wants another ${called} sent than the update has`);
  }
  return own;
}
