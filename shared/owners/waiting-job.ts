import * as z from "zod";
import { agreementName } from "./agreement-name.ts";
import { ownersJob } from "./job.ts";

const seconds = z.int().positive();

/** By which agreement a round's owners take part, and how long it waits for one of them. */
export const ownersWait = z.object({
  agreement: agreementName,
  /** Until an owner says that it is at work, and from then on between two signs of it. */
  heartbeatSeconds: seconds,
  /** Altogether, however often it says so. */
  timeoutSeconds: seconds,
  /** The most that an update of it may have (shared/update/size.ts): the door lets no more be sent, and reads no plan. */
  updateBytes: z.int().positive(),
});

export type OwnersWait = Readonly<z.output<typeof ownersWait>>;

/** How often an owner at work is waited for again. */
const mostWaits = 6;

/** How long a round waits for an owner, of the minutes that were agreed upon. */
export function waitSeconds(waitMinutes: number): Pick<OwnersWait, "heartbeatSeconds" | "timeoutSeconds"> {
  const heartbeatSeconds = waitMinutes * 60;
  return { heartbeatSeconds, timeoutSeconds: heartbeatSeconds * mostWaits };
}

/** Seconds between two signs of an owner at work, at the most; and how many may be lost while a round waits for one. */
const [mostSignSeconds, spareSigns] = [60, 3];

/** How often an owner at work says so, of the minutes that were agreed upon. */
export function signSeconds(waitMinutes: number): number {
  return Math.min(mostSignSeconds, (waitMinutes * 60) / spareSigns);
}

/** How often an owner asks whom nothing has waited for in a while. */
export const idleSeconds = 30;

/** @param updateBytes of a plan's largest update, one of a client that trains */
export function ownersWaitOf(
  agreement: z.output<typeof agreementName>,
  waitMinutes: number,
  updateBytes: number,
): OwnersWait {
  return { agreement, ...waitSeconds(waitMinutes), updateBytes };
}

/**
 * A job that waits for its owner, as the state machine leaves it for the door: one object for each federation and key, which
 * the next job overwrites.
 */
export const waitingJob = z.strictObject({
  format: z.literal(1),
  /** Whoever has it can end the wait: it never leaves the coordinator. */
  token: z.string().min(1).max(2048),
  /** When the state began to wait. */
  enteredAt: z.iso.datetime(),
  ...ownersWait.pick({ heartbeatSeconds: true, timeoutSeconds: true, updateBytes: true }).shape,
  job: ownersJob,
});

export type WaitingJob = Readonly<z.output<typeof waitingJob>>;
