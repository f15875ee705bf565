import * as z from "zod";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { count, sha256 } from "../workflow/fields.ts";
import { accountId, ownersAccount } from "./account.ts";
import { agreementName } from "./agreement-name.ts";
import { type AnyJob, type HelpersJob, helpersJob } from "./helpers-job.ts";
import { ownersJob } from "./job.ts";
import { helpersReached, type PlannedHelper } from "./planned-helpers.ts";

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
  /** Of a run whose sums owners open: who asks at the door, who is invoked, and the most bytes of what one of them opens. */
  helpers: z.array(z.object({ helper: helperNumber, owner: sha256 })).optional(),
  helpersInAccounts: z.array(ownersAccount.extend({ helper: helperNumber })).optional(),
  openingBytes: z.int().positive().optional(),
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

/**
 * @param updateBytes of a plan's largest update, one of a client that trains
 * @param opening who opens sums, and the most bytes of these; left out where no owner does
 */
export function ownersWaitOf(
  agreement: z.output<typeof agreementName>,
  waitMinutes: number,
  updateBytes: number,
  opening?: { readonly helpers: readonly PlannedHelper[]; readonly bytes: number },
): OwnersWait {
  return {
    ...{ agreement, ...waitSeconds(waitMinutes), updateBytes },
    ...(opening && { ...helpersReached(opening.helpers), openingBytes: opening.bytes }),
  };
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

/** The same of a helper's job. */
export const waitingOpening = waitingJob.extend({
  /** But for who has reported. */
  job: helpersJob.omit({ clients: true, accounts: true }),
  /** What the round's clients have reported. */
  reports: z.array(
    z.object({
      client: count,
      sha256: sha256.optional(),
      /** Of one whose function was invoked in its account: that it has answered, and in which. */
      answered: z.literal(true).optional(),
      account: accountId.optional(),
    }),
  ),
});

/** What the function of a helper in an account of its own is invoked with. */
export const openingPayload = waitingOpening.pick({ job: true, reports: true });

/** Whatever waits for an owner. */
export const waitingSlot = z.union([waitingJob, waitingOpening]);

export type WaitingJob = Readonly<z.output<typeof waitingJob>>;
export type WaitingOpening = Readonly<z.output<typeof waitingOpening>>;
export type WaitingSlot = WaitingJob | WaitingOpening;

/** The job as its owner is given it. */
export function jobOf(waiting: Pick<WaitingJob, "job"> | Pick<WaitingOpening, "job" | "reports">): AnyJob {
  return "reports" in waiting ? openingJob(waiting) : waiting.job;
}

/** A helper's job, with who has reported. */
export function openingJob({ job, reports }: Pick<WaitingOpening, "job" | "reports">): HelpersJob {
  const heard = reports
    .filter(({ sha256, answered }) => sha256 !== undefined || answered)
    .sort((a, b) => a.client - b.client);
  const accounts = heard.flatMap(({ client, account }) =>
    account === undefined ? [] : [{ client, account }],
  );
  return {
    ...job,
    clients: heard.map(({ client }) => client),
    ...(accounts.length > 0 && { accounts }),
  };
}
