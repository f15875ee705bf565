import { jobSha256 } from "../../shared/owners/door-protocol.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import type { HeldBytes } from "../../storage/held-objects.ts";
import type { RoundToBring } from "../recompute.ts";
import { fetchOffered, offeredBy } from "./offered.ts";
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
    const urls = offeredBy(reads, sizes, `round ${round}`, address);
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
      return fetchOffered(transport, { key, url, most, optional: true, signal });
    },
  };
}
