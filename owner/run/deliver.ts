import { isNamed } from "../../shared/errors.ts";
import type { EndAnswer } from "../../shared/owners/door-protocol.ts";
import type { Refusal } from "../../shared/owners/refusals.ts";
import { waitSeconds } from "../../shared/owners/waiting-job.ts";
import { openHome } from "../home.ts";
import { withdrawn } from "../withdrawn.ts";
import { Pace } from "./pace.ts";
import { type Sending, send } from "./send.ts";
import { sleep } from "./sleep.ts";
import type { TakingPart } from "./taking-part.ts";
import { Busy } from "./transport.ts";

/**
 * Sends an update and tells that it is there, again and again where the network or the bucket fails, for as long as a round
 * may wait: an address that is too old by then is asked for anew. Whoever pauses or leaves by then sends nothing more.
 * @returns whether the round has been told by it, or why nothing is sent
 * @throws DoorUntrusted, JobGone, and what else the door refuses by; DoorUnreachable in the end
 */
export async function deliver(
  { folder, client, transport, address, agreed, pace = new Pace(), tell }: TakingPart,
  sending: Sending,
  signal: AbortSignal,
): Promise<Pick<EndAnswer, "counted"> | Refusal> {
  const { timeoutSeconds } = waitSeconds(agreed.waitMinutes);
  const end = Date.now() + 1000 * timeoutSeconds;
  let told = false;
  for (;;) {
    const gone = withdrawn(await openHome(folder), agreed.federation);
    if (gone) return gone;
    try {
      await send(client, transport, address, sending, signal);
      return await client.done(sending.job, sending.digest, signal);
    } catch (error) {
      signal.throwIfAborted();
      const busy = error instanceof Busy;
      const passes = busy || isNamed(error, "DoorUnreachable") || isNamed(error, "UpdateMissing");
      if (!passes || Date.now() > end) throw error;
      if (!told) tell(`the update is not there yet: ${error.message}; sending again`);
      told = true;
      await sleep(pace.pause(busy ? error.pauseMs : undefined), signal);
    }
  }
}
