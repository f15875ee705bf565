import { doorUnreachable, doorUntrusted } from "../../shared/errors.ts";
import type { JobAnswer } from "../../shared/owners/door-protocol.ts";
import { assertStorage } from "./assert-storage.ts";
import type { DoorAddress } from "./door-address.ts";
import type { Transport } from "./transport.ts";

/**
 * Where the door says that objects are, by key.
 * @param possible keys of all that it may offer
 * @param part what these belong to, in words
 * @throws DoorUntrusted where it offers another object, one twice, or another place than its storage
 */
export function offeredBy(
  reads: JobAnswer["reads"],
  possible: { has(key: string): boolean },
  part: string,
  address: DoorAddress,
): ReadonlyMap<string, string> {
  const offered = new Map<string, string>();
  for (const { key, url } of reads) {
    if (!possible.has(key) || offered.has(key)) {
      throw doorUntrusted(
        `the door offers ${key.slice(0, 200)}, which is no part of ${part}, or offers it twice`,
      );
    }
    assertStorage(url, address);
    offered.set(key, url);
  }
  return offered;
}

export interface OfferedObject {
  readonly key: string;
  readonly url: string;
  /** Bytes at the most. */
  readonly most: number;
  /** Whether it may be missing. */
  readonly optional: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * An object from where the door says that it is; undefined where it may be missing, and is.
 * @throws DoorUntrusted where it is led elsewhere, or has no end; DoorUnreachable
 */
export async function fetchOffered(
  transport: Transport,
  { key, url, most, optional, signal }: OfferedObject,
): Promise<Uint8Array | undefined> {
  const { status, bytes } = await transport.exchange({ method: "GET", url, most, signal });
  if (status === 200) return bytes;
  if (status >= 300 && status < 400) {
    throw doorUntrusted(`${key}: is led elsewhere by ${status}, and nobody goes there`);
  }
  // S3 says 403 of what is not there to who may not list
  if (optional && [403, 404].includes(status)) return undefined;
  throw doorUnreachable(`${key}: answered ${status}`);
}
