import { sha256Hex } from "../../shared/digest.ts";
import { isNamed } from "../../shared/errors.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { type JobAnswer, jobSha256 } from "../../shared/owners/door-protocol.ts";
import { type AnyJob, isOpening } from "../../shared/owners/helpers-job.ts";
import { leavingOf } from "../../shared/owners/log-entry.ts";
import type { Refusal, RefusalName } from "../../shared/owners/refusals.ts";
import { isHelper } from "../accepted.ts";
import { doJob } from "../do-job.ts";
import { type OwnerHome, openHome } from "../home.ts";
import { logRefusal } from "../log-refusal.ts";
import { logSent } from "../log-sent.ts";
import { openSums } from "../open-sums.ts";
import { unlessWithdrawn } from "../sending.ts";
import { isHeldBack } from "./approval.ts";
import { JobOver, whileAtWork } from "./at-work.ts";
import { assertOfferedBy, bring } from "./bring.ts";
import { bringRound } from "./bring-round.ts";
import { deliver } from "./deliver.ts";
import type { UpdateDigest } from "./door-client.ts";
import type { SendingObject } from "./send.ts";
import { signedFederation } from "./signed-federation.ts";
import type { TakingPart } from "./taking-part.ts";

/** How a job ended; one that is held back may come again. */
export type Ended = "sent" | "final pass" | "refused" | "held back" | "over";

type Worked =
  | { readonly refusal: RefusalName }
  | (UpdateDigest & { readonly counted: true | null; readonly final: boolean });

/**
 * Does one job, unless the owner has anything against it, and has the door told.
 * @throws DoorUnreachable, and what the home is not fit for; the signal's reason
 */
export async function oneJob(taking: TakingPart, job: AnyJob, reads: JobAnswer["reads"]): Promise<Ended> {
  const { client, tell, signal } = taking;
  // another version may have been accepted since it began to take part
  const agreed = await signedFederation(await openHome(taking.storage), taking.agreed.federation);
  const part = { ...taking, agreed };
  const called = `round ${job.round} of ${job.run} (${job.task})`;
  const digest = jobSha256(job);
  if (await isHeldBack(part, job)) return "held back";
  tell(`asked for ${called}`);
  try {
    const work = (stop: AbortSignal) => workOrDistrust(part, job, reads, stop);
    const ended = await whileAtWork(client, digest, agreed.waitMinutes, work, signal);
    if ("refusal" in ended) {
      tell(`refuses ${called}: ${ended.refusal}; fedstep owner show ${job.run} says why`);
      await client.decline(digest, ended.refusal, signal);
      return "refused";
    }
    const late = ended.counted ? "" : "; the round waits no more, or has it already";
    tell(`sent ${ended.bytes} bytes for ${called}, SHA-256 ${ended.sha256}${late}`);
    return ended.final ? "final pass" : "sent";
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof JobOver) && !isNamed(error, "JobGone")) throw error;
    tell(`${called} is over: the round does not wait for it any more`);
    return "over";
  }
}

/** What a door says that nobody agreed to is a reason to refuse too, and the log has it. */
async function workOrDistrust(
  part: TakingPart,
  job: AnyJob,
  reads: JobAnswer["reads"],
  signal: AbortSignal,
): Promise<Worked> {
  try {
    return await workOn(part, job, reads, signal);
  } catch (error) {
    if (!isNamed(error, "DoorUntrusted")) throw error;
    return refuse(part, job, { name: "DoorUntrusted", about: error.message });
  }
}

/** What doJob has no part in: the log has it all the same. */
async function refuse({ storage }: TakingPart, job: AnyJob, refusal: Refusal): Promise<Worked> {
  await logRefusal(await openHome(storage), job, refusal, new Date());
  return { refusal: refusal.name };
}

async function workOn(
  part: TakingPart,
  job: AnyJob,
  reads: JobAnswer["reads"],
  signal: AbortSignal,
): Promise<Worked> {
  const { storage, agreed, address, transport, readData, bundle, ask } = part;
  assertOfferedBy(agreed, job);
  const home = await openHome(storage);
  const there = await alreadyThere(part, home, job, signal);
  if (there) return there;
  const { entries } = home.log;
  const objects = await bring({ job, reads, agreed, entries, address, transport, signal });
  const asked = { objects, ask, at: new Date(), signal };
  const done = isOpening(job)
    ? await openSums(await openHome(storage), { job, ...asked })
    : await doJob(await openHome(storage), {
        ...{ job, readData, bundle, ...asked },
        bringRound: (round) => bringRound(part, job, round, signal),
      });
  if ("refusal" in done) return done;
  const sent = await sending("opened" in done ? done.opened : done.update);
  const boxes = "boxes" in done && done.boxes ? await sending(done.boxes.bytes) : undefined;
  const delivered = await deliver(part, { job, sent, boxes }, signal);
  if ("name" in delivered) return refuse(part, job, delivered);
  return { ...sent.digest, counted: delivered.counted, final: done.final && isLast(home, agreed, job) };
}

const sending = async (content: Uint8Array): Promise<SendingObject> => ({
  content,
  digest: { bytes: content.length, sha256: await sha256Hex(content) },
});

/** Whether a run's end is its end for this owner: after the final pass one that helps opens its sums. */
function isLast(home: OwnerHome, agreed: Agreement, job: AnyJob): boolean {
  return isOpening(job) || !isHelper(home, agreed);
}

/** What left for the job before, as a process that was started again finds it: where it has arrived, nothing is trained anew. */
async function alreadyThere(
  { client, agreed, storage }: TakingPart,
  home: OwnerHome,
  job: AnyJob,
  signal: AbortSignal,
): Promise<Worked | undefined> {
  const { run, round, attempt } = job;
  const key = isOpening(job)
    ? keys.opened(run, round, job.helper, attempt)
    : keys.update(run, round, job.client, attempt);
  const left = leavingOf(home.log.entries, key);
  if (!left) return undefined;
  const boxes = left.event === "signed" ? left.boxes : undefined;
  const digest = jobSha256(job);
  const tell = async (stop: AbortSignal) => {
    if ((await client.send(digest, left, undefined, stop)).put !== null) return undefined;
    if (boxes && (await client.send(digest, boxes, "boxes", stop)).put !== null) return undefined;
    const { counted } = await client.done(digest, left, boxes, stop);
    await logSent(home, left, "door", new Date());
    return counted;
  };
  const told = await unlessWithdrawn(storage, agreed.federation, tell, signal);
  // of an owner that has withdrawn, why is said where the job is judged
  if ("refusal" in told || told.done === undefined) return undefined;
  const final = job.round > agreed.config.federation.rounds && isLast(home, agreed, job);
  return { bytes: left.bytes, sha256: left.sha256, counted: told.done, final };
}
