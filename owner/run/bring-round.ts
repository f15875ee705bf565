import { doorUnreachable, doorUntrusted } from "../../shared/errors.ts";
import { jobSha256 } from "../../shared/owners/door-protocol.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import type { HeldBytes } from "../../storage/held-objects.ts";
import type { RoundToBring } from "../recompute.ts";
import { assertStorage } from "./assert-storage.ts";
import type { TakingPart } from "./taking-part.ts";

/** Milliseconds for which an address is used: it is good for 300 s, and what is asked for it may take a while. */
const freshMs = 200_000;

/**
 * Brings what a round before a job was made of, each object when it is read and no other: a round may have more of them than fit
 * into memory at once.
 * @throws DoorUntrusted where the door names other objects or another place; DoorUnreachable, and what the door refuses by
 */
export async function bringRound(
  { client, address, transport }: TakingPart,
  job: OwnersJob,
  { round, sizes }: RoundToBring,
  signal?: AbortSignal,
): Promise<HeldBytes> {
  const offer = async () => {
    const { reads } = await client.round(jobSha256(job), round, signal);
    const urls = new Map<string, string>();
    for (const { key, url } of reads) {
      if (!sizes.has(key) || urls.has(key)) {
        throw doorUntrusted(
          `the door offers ${key.slice(0, 200)}, which is no part of round ${round}, or offers it twice`,
        );
      }
      assertStorage(url, address);
      urls.set(key, url);
    }
    return { urls, until: Date.now() + freshMs };
  };
  let offered = offer();
  await offered;
  const fresh = async () => {
    if ((await offered).until < Date.now()) offered = offer();
    return offered;
  };
  return {
    async get(key) {
      const { urls } = await fresh();
      const [url, most] = [urls.get(key), sizes.get(key)];
      if (url === undefined || most === undefined) return undefined;
      const { status, bytes } = await transport.exchange({ method: "GET", url, most, signal });
      if (status === 200) return bytes;
      if (status >= 300 && status < 400) {
        throw doorUntrusted(`${key}: is led elsewhere by ${status}, and nobody goes there`);
      }
      // S3 says 403 of what is not there to who may not list
      if ([403, 404].includes(status)) return undefined;
      throw doorUnreachable(`${key}: answered ${status}`);
    },
  };
}
