import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { count, sha256 } from "../workflow/fields.ts";
import { federationName } from "./agreement-name.ts";
import { type AnyJob, anyJob } from "./helpers-job.ts";
import { refusalNames } from "./refusals.ts";

/**
 * What an owner and the coordinator's door say to each other: a POST of signed JSON (purpose "door") each, over HTTPS, which the
 * owner begins. Keys of objects follow from the key that signed and from the job that waits for it, never from a request.
 */

/** For how long a request counts, before and after its time. */
export const requestValidMs = 5 * 60_000;

const signedBy = {
  federation: federationName,
  /** Host, and port where it is not 443, of the door that it is meant for: no other one takes it. */
  door: z.string().min(1).max(255),
  at: z.iso.datetime(),
};

/** A job by its digest. */
const job = sha256;

/** What is sent beside an update: boxes of the seeds of its masks. */
const beside = z.literal("boxes");
/** Of an object that is sent. */
const sentBytes = { bytes: z.int().positive(), sha256 };

const requests = [
  /** Is there a job? While one is at work, that it still is. */
  z.strictObject({
    ...signedBy,
    ask: z.literal("job"),
    /** The job that it is working on: the round's wait for it begins anew. */
    working: job.nullable(),
    /** The last job that it has sent or declined: it is not answered with that one again. */
    done: job.nullable(),
    /**
     * The last round of a run in which its update left. With a further job of that run come the metrics of the rounds from
     * there to the one before the job's, and of all before it where that is of another run, or no round before the job's: of
     * these the owner takes those since its last round before that.
     */
    since: z.strictObject({ run: z.string().max(80), round: count }).nullable(),
  }),
  /** Where do these bytes go? An update or opened sums, or what is named. */
  z.strictObject({ ...signedBy, ask: z.literal("send"), job, ...sentBytes, object: beside.optional() }),
  /** They are there, and boxes beside a masked update. */
  z.strictObject({
    ...signedBy,
    ask: z.literal("done"),
    job,
    ...sentBytes,
    boxes: z.strictObject(sentBytes).optional(),
  }),
  /** What was a round before the job's made of, whose model the owner recomputes? */
  z.strictObject({ ...signedBy, ask: z.literal("round"), job, round: z.int().positive() }),
  /** There will be none. */
  z.strictObject({ ...signedBy, ask: z.literal("decline"), job, refusal: z.enum(refusalNames) }),
] as const;

export const doorRequest = z.discriminatedUnion("ask", requests);
export type DoorRequest = Readonly<z.output<typeof doorRequest>>;

export function jobSha256(one: AnyJob): string {
  return canonicalSha256(one);
}

/** The door's clock: an owner whose own is skewed mends it once by this. */
const answered = { at: z.iso.datetime() };

/** An object to be read, and where: 403 or 404 there is an object that there is none of, as a strategy's state often is. */
const read = z.strictObject({ key: z.string(), url: z.url() });

/** To `job`: null where none waits. */
export const jobAnswer = z.strictObject({
  ...answered,
  job: anyJob.nullable(),
  /**
   * Plan, partition, model, the strategy's state, and metrics of the rounds since; for a helper also the boxes of those who have
   * reported; none where it is at work on it.
   */
  reads: z.array(read),
});

/** To `round`: what its model is recomputed from; nothing where its run gives owners nothing of the kind. */
export const roundAnswer = z.strictObject({ ...answered, reads: z.array(read) });

/** To `send`: null where those very bytes are there already. */
export const sendAnswer = z.strictObject({
  ...answered,
  put: z.strictObject({ url: z.url(), headers: z.record(z.string(), z.string()) }).nullable(),
});

/**
 * To `done` and `decline`. true: the round waited, and has been told. null: it does not wait any more, since it was told so
 * before or since its time is over; Step Functions does not say which, and the round's metrics do.
 */
export const endAnswer = z.strictObject({ ...answered, counted: z.literal(true).nullable() });

export type JobAnswer = Readonly<z.output<typeof jobAnswer>>;
export type RoundAnswer = Readonly<z.output<typeof roundAnswer>>;
export type SendAnswer = Readonly<z.output<typeof sendAnswer>>;
export type EndAnswer = Readonly<z.output<typeof endAnswer>>;

/** Why a door answers nothing else, with the status of the answer. */
export const doorErrors = {
  RequestInvalid: 400,
  SignatureInvalid: 403,
  ClockSkewed: 403,
  WrongDoor: 403,
  /** The job is not the one that waits for the owner. */
  JobGone: 409,
  /** It has more bytes than one of its run may have. */
  UpdateTooLarge: 413,
  /** Nothing lies where the update should, or other bytes do. */
  UpdateMissing: 409,
  UpdateDiffers: 409,
  /** Something is wrong on the coordinator's side, whose log says what: ask again later. */
  DoorFailed: 503,
} as const;

export type DoorErrorName = keyof typeof doorErrors;

export const doorError = z.strictObject({
  ...answered,
  error: z.enum(Object.keys(doorErrors) as [DoorErrorName, ...DoorErrorName[]]),
  message: z.string(),
});
