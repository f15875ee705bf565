import { hexToBytes } from "@noble/hashes/utils.js";
import { keys } from "../../shared/layout.ts";
import {
  type DoorRequest,
  type EndAnswer,
  type JobAnswer,
  jobSha256,
  type RoundAnswer,
  type SendAnswer,
} from "../../shared/owners/door-protocol.ts";
import { type AnyJob, boxesFor, isOpening } from "../../shared/owners/helpers-job.ts";
import { recomputedFrom } from "../../shared/owners/recomputed-round.ts";
import { jobOf, type WaitingSlot } from "../../shared/owners/waiting-job.ts";
import { boxesBytes } from "../../shared/secure-aggregation/boxes-size.ts";
import { noUsage } from "../../shared/workflow/usage.ts";
import type { Addresses } from "./addresses.ts";
import type { OpenRequest } from "./open-request.ts";
import { DoorRefusal } from "./refusal.ts";
import type { Slots, StoredUpdate } from "./slots.ts";
import type { Waits } from "./waits.ts";

/** What the door has of AWS. */
export interface DoorParts {
  readonly slots: Slots;
  readonly addresses: Addresses;
  readonly waits: Waits;
}

type Answer =
  | Omit<JobAnswer, "at">
  | Omit<SendAnswer, "at">
  | Omit<RoundAnswer, "at">
  | Omit<EndAnswer, "at">;
type Asking<Ask extends DoorRequest["ask"]> = Extract<DoorRequest, { readonly ask: Ask }>;

/**
 * Answers a request that its signer has made, from the job that waits for that key and from nothing else: asked again, it does
 * the same again.
 * @throws DoorRefusal, and whatever AWS fails by
 */
export async function answerTo(parts: DoorParts, open: OpenRequest, now: Date): Promise<Answer> {
  const slot = await parts.slots.waitingFor(open);
  const waiting = slot && isOver(slot, now) ? undefined : slot;
  const { request } = open;
  if (request.ask === "job") return jobAnswer(parts, request, waiting);
  if (!waiting || jobSha256(jobOf(waiting)) !== request.job) throw new DoorRefusal("JobGone");
  switch (request.ask) {
    case "send":
      return sendAnswer(parts, request, waiting);
    case "round":
      return roundAnswer(parts, request, waiting);
    case "done":
      return endAnswer(await done(parts, request, waiting, now));
    case "decline":
      return endAnswer(await parts.waits.decline(waiting.token, request.refusal));
  }
}

/** Nobody takes the slot away when the wait ends. */
function isOver({ enteredAt, timeoutSeconds }: WaitingSlot, now: Date): boolean {
  return Date.parse(enteredAt) + timeoutSeconds * 1000 < now.getTime();
}

async function jobAnswer(
  { waits, addresses }: DoorParts,
  { working, done, since }: Asking<"job">,
  waiting: WaitingSlot | undefined,
): Promise<Omit<JobAnswer, "at">> {
  const none = { job: null, reads: [] };
  if (!waiting) return none;
  const { token } = waiting;
  const job = jobOf(waiting);
  const digest = jobSha256(job);
  if (done === digest) return none;
  // who is at work has the addresses, of which a late round has hundreds to sign
  if (working === digest) return (await waits.prolong(token)) ? { job, reads: [] } : none;
  const reads = readBy(job, since).map(async (key) => ({ key, url: await addresses.reading(key) }));
  return { job, reads: await Promise.all(reads) };
}

/** The most rounds whose metrics an owner is given: one that was away for longer is not led on to the model of today. */
const mostRounds = 1000;

/** Keys of what the job takes; whether the strategy has a state, the plan says, which the door does not read. */
function readBy(job: AnyJob, since: Asking<"job">["since"]): string[] {
  const { run, round } = job;
  const before = round - 1;
  const first = since?.run === run && since.round <= before ? Math.max(1, since.round) : 1;
  const from = Math.max(first, round - mostRounds);
  const rounds = Array.from({ length: Math.max(0, round - from) }, (_, i) => from + i);
  return [
    ...[keys.plan(run), keys.partition(run), keys.global(run, before), keys.roundState(run, before)],
    ...rounds.map((one) => keys.roundMetrics(run, one)),
    ...(isOpening(job) ? boxesFor(job) : []),
  ];
}

/**
 * What a round's model was made of, as its metrics name it: for an owner that is asked to work on a model after it, in a run whose
 * owners have agreed that each may have it.
 */
async function roundAnswer(
  { slots, addresses }: DoorParts,
  { round }: Asking<"round">,
  { job }: WaitingSlot,
): Promise<Omit<RoundAnswer, "at">> {
  if (isOpening(job) || round >= job.round) throw new DoorRefusal("RequestInvalid");
  const found = await slots.recomputableRound(job.run, round);
  const from = found ? recomputedFrom(found.plan, found.counted) : [];
  return {
    reads: await Promise.all(from.map(async ({ key }) => ({ key, url: await addresses.reading(key) }))),
  };
}

async function sendAnswer(
  { slots, addresses }: DoorParts,
  { bytes, sha256, object }: Asking<"send">,
  { job, updateBytes }: WaitingSlot,
): Promise<Omit<SendAnswer, "at">> {
  if (bytes > (object ? boxesBytes : updateBytes)) throw new DoorRefusal("UpdateTooLarge");
  const key = object ? boxesOf(job) : sentFor(job);
  const stored = await slots.updateAt(key);
  if (stored) {
    assertSame(stored, { bytes, sha256 });
    return { put: null };
  }
  return { put: await addresses.sending({ key, bytes, checksum: base64Of(sha256) }) };
}

async function done(
  { slots, waits }: DoorParts,
  { bytes, sha256, boxes }: Asking<"done">,
  { job, token, enteredAt }: WaitingSlot,
  now: Date,
): Promise<boolean> {
  for (const [key, told] of [
    [sentFor(job), { bytes, sha256 }] as const,
    ...(boxes ? [[boxesOf(job), boxes] as const] : []),
  ]) {
    const stored = await slots.updateAt(key);
    if (!stored) throw new DoorRefusal("UpdateMissing");
    assertSame(stored, told);
  }
  const took = { sha256, from: Date.parse(enteredAt), to: now.getTime(), usage: noUsage };
  return waits.end(
    token,
    job.task === "open" ? { helper: job.helper, ...took } : { client: job.client, ...took },
  );
}

/** The key of what leaves for a job: of an update, or of what a helper has opened. */
function sentFor(job: WaitingSlot["job"]): string {
  const { run, round, attempt } = job;
  return job.task === "open"
    ? keys.opened(run, round, job.helper, attempt)
    : keys.update(run, round, job.client, attempt);
}

/** The key of the boxes beside a masked update. @throws DoorRefusal beside anything else */
function boxesOf(job: WaitingSlot["job"]): string {
  if (job.task === "open") throw new DoorRefusal("RequestInvalid");
  return keys.boxes(job.run, job.round, job.client, job.attempt);
}

/** @throws DoorRefusal */
function assertSame(stored: StoredUpdate, told: { readonly bytes: number; readonly sha256: string }): void {
  if (stored.bytes === told.bytes && stored.checksum === base64Of(told.sha256)) return;
  throw new DoorRefusal("UpdateDiffers");
}

const base64Of = (hex: string) => Buffer.from(hexToBytes(hex)).toString("base64");

const endAnswer = (counted: boolean) => ({ counted: counted ? (true as const) : null });
