import { isNamed } from "../../shared/errors.ts";
import { type EndAnswer, jobSha256 } from "../../shared/owners/door-protocol.ts";
import { openedOf, signedOf } from "../../shared/owners/log-entry.ts";
import type { Refusal } from "../../shared/owners/refusals.ts";
import { waitSeconds } from "../../shared/owners/waiting-job.ts";
import { openHome } from "../home.ts";
import { logSent } from "../log-sent.ts";
import { unlessWithdrawn } from "../sending.ts";
import { Pace } from "./pace.ts";
import { type Sending, send } from "./send.ts";
import { sleep } from "./sleep.ts";
import type { TakingPart } from "./taking-part.ts";
import { Busy } from "./transport.ts";

/** Sends it, has the log say so, and tells the door. */
async function sendOnce(
  { storage, client, transport, address }: TakingPart,
  sending: Sending,
  signal: AbortSignal,
): Promise<Pick<EndAnswer, "counted">> {
  const { job, sent, boxes } = sending;
  const home = await openHome(storage);
  const signed = [...signedOf(home.log.entries), ...openedOf(home.log.entries)].find(
    ({ sha256 }) => sha256 === sent.digest.sha256,
  );
  const receipt = await send(client, transport, address, job, sent, undefined, signal);
  // where they are, the update is too
  const beside = boxes && (await send(client, transport, address, job, boxes, "boxes", signal));
  if (signed && receipt && (!boxes || beside)) await logSent(home, signed, receipt, new Date());
  const told = await client.done(jobSha256(job), sent.digest, boxes?.digest, signal);
  if (signed) await logSent(home, signed, "door", new Date());
  return told;
}

/**
 * Sends an update and tells that it is there, again and again where the network or the bucket fails, for as long as a round
 * may wait: an address that is too old by then is asked for anew. Whoever pauses or leaves by then sends nothing more.
 * @returns whether the round has been told by it, or why nothing is sent
 * @throws DoorUntrusted, JobGone, and what else the door refuses by; DoorUnreachable in the end
 */
export async function deliver(
  part: TakingPart,
  sending: Sending,
  signal: AbortSignal,
): Promise<Pick<EndAnswer, "counted"> | Refusal> {
  const { storage, agreed, pace = new Pace(), tell } = part;
  const { timeoutSeconds } = waitSeconds(agreed.waitMinutes);
  const end = Date.now() + 1000 * timeoutSeconds;
  let told = false;
  for (;;) {
    try {
      const sent = await unlessWithdrawn(
        storage,
        agreed.federation,
        (stop) => sendOnce(part, sending, stop),
        signal,
      );
      return "refusal" in sent ? sent.refusal : sent.done;
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
