import { hexToBytes } from "@noble/hashes/utils.js";
import { keys } from "../../shared/layout.ts";
import {
  type DoorRequest,
  type EndAnswer,
  type JobAnswer,
  jobSha256,
  type SendAnswer,
} from "../../shared/owners/door-protocol.ts";
import type { OwnersJob } from "../../shared/owners/job.ts";
import type { WaitingJob } from "../../shared/owners/waiting-job.ts";
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

type Answer = Omit<JobAnswer, "at"> | Omit<SendAnswer, "at"> | Omit<EndAnswer, "at">;
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
  if (!waiting || jobSha256(waiting.job) !== request.job) throw new DoorRefusal("JobGone");
  switch (request.ask) {
    case "send":
      return sendAnswer(parts, request, waiting);
    case "done":
      return endAnswer(await done(parts, request, waiting, now));
    case "decline":
      return endAnswer(await parts.waits.decline(waiting.token, request.refusal));
  }
}

/** Nobody takes the slot away when the wait ends. */
function isOver({ enteredAt, timeoutSeconds }: WaitingJob, now: Date): boolean {
  return Date.parse(enteredAt) + timeoutSeconds * 1000 < now.getTime();
}

async function jobAnswer(
  { waits, addresses }: DoorParts,
  { working, done, since }: Asking<"job">,
  waiting: WaitingJob | undefined,
): Promise<Omit<JobAnswer, "at">> {
  const none = { job: null, reads: [] };
  if (!waiting) return none;
  const { job, token } = waiting;
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
function readBy({ run, round }: OwnersJob, since: Asking<"job">["since"]): string[] {
  const before = round - 1;
  const first = since?.run === run && since.round <= before ? Math.max(1, since.round) : 1;
  const from = Math.max(first, round - mostRounds);
  const rounds = Array.from({ length: Math.max(0, round - from) }, (_, i) => from + i);
  return [
    ...[keys.plan(run), keys.partition(run), keys.global(run, before), keys.roundState(run, before)],
    ...rounds.map((one) => keys.roundMetrics(run, one)),
  ];
}

async function sendAnswer(
  { slots, addresses }: DoorParts,
  { bytes, sha256 }: Asking<"send">,
  { job, updateBytes }: WaitingJob,
): Promise<Omit<SendAnswer, "at">> {
  if (bytes > updateBytes) throw new DoorRefusal("UpdateTooLarge");
  const key = updateOf(job);
  const stored = await slots.updateAt(key);
  if (stored) {
    assertSame(stored, { bytes, sha256 });
    return { put: null };
  }
  return { put: await addresses.sending({ key, bytes, checksum: base64Of(sha256) }) };
}

async function done(
  { slots, waits }: DoorParts,
  { bytes, sha256 }: Asking<"done">,
  { job, token, enteredAt }: WaitingJob,
  now: Date,
): Promise<boolean> {
  const stored = await slots.updateAt(updateOf(job));
  if (!stored) throw new DoorRefusal("UpdateMissing");
  assertSame(stored, { bytes, sha256 });
  const [from, to] = [Date.parse(enteredAt), now.getTime()];
  return waits.end(token, { client: job.client, sha256, from, to, usage: noUsage });
}

const updateOf = ({ run, round, client, attempt }: OwnersJob) => keys.update(run, round, client, attempt);

/** @throws DoorRefusal */
function assertSame(stored: StoredUpdate, told: { readonly bytes: number; readonly sha256: string }): void {
  if (stored.bytes === told.bytes && stored.checksum === base64Of(told.sha256)) return;
  throw new DoorRefusal("UpdateDiffers");
}

const base64Of = (hex: string) => Buffer.from(hexToBytes(hex)).toString("base64");

const endAnswer = (counted: boolean) => ({ counted: counted ? (true as const) : null });
