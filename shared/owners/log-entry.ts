import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { count, participantTask, sha256 } from "../workflow/fields.ts";
import { agreementName, federationName } from "./agreement-name.ts";
import { privacyCharge } from "./privacy-charge.ts";
import { refusalNames } from "./refusals.ts";

const link = {
  /** From 1. */
  number: z.int().positive(),
  /** Digest of the entry before; of none before the first. */
  before: sha256,
  at: z.iso.datetime(),
};

/** Where a job belongs. */
const job = {
  agreement: agreementName,
  run: z.string(),
  round: z.int().positive(),
  attempt: z.int().positive(),
  task: participantTask,
};

/** Of an update, or of a helper. */
const anyTask = z.enum([...participantTask.options, "open"]);

/** A run by its plan: another plan of its name is another one. */
const runByPlan = { agreement: agreementName, run: z.string(), plan: sha256 };

/** What left: an object, or a statement in a request or a file. */
const left = { object: z.string(), bytes: z.int().nonnegative(), sha256 };

const events = [
  z.strictObject({ ...link, event: z.literal("made"), key: z.string() }),
  z.strictObject({ ...link, event: z.literal("asked to join"), federation: federationName, ...left }),
  z.strictObject({ ...link, event: z.literal("agreed"), agreement: agreementName, ...left, dataMac: sha256 }),
  /** The bytes that may leave for a job, and no others: from here on they count, whether they arrive or not. */
  z.strictObject({
    ...link,
    event: z.literal("signed"),
    ...job,
    ...left,
    plan: sha256,
    chainSha256: sha256,
    dataMac: sha256,
    /** Of the update in the Euclidean norm; null of an evaluation. */
    norm: z.number().nullable(),
    /** What it costs of its examples' privacy; absent of an evaluation, and where nothing was promised. */
    privacy: privacyCharge.optional(),
    /** That it tells how a model does that was trained here alone. */
    alone: z.literal(true).optional(),
    /** That the run asks for no more. */
    final: z.literal(true).optional(),
    /** Rounds before it that were recomputed first, each to the very model; absent where none was. */
    recomputed: z.array(z.int().positive()).min(1).optional(),
    /** The boxes that leave beside a masked update. */
    boxes: z.strictObject(left).optional(),
  }),
  /**
   * The sums of masks that may leave, as one of three helpers: over these owners and simulated clients, by their numbers in the
   * agreement, and for that model over no others, whatever run or attempt asks.
   */
  z.strictObject({
    ...link,
    event: z.literal("opened"),
    ...job,
    task: z.literal("open"),
    helper: helperNumber,
    ...left,
    plan: sha256,
    chainSha256: sha256,
    globalSha256: sha256,
    set: z.array(z.strictObject({ number: count, task: participantTask })),
    final: z.literal(true).optional(),
  }),
  /** These bytes have left. */
  z.strictObject({
    ...link,
    event: z.literal("sent"),
    ...job,
    task: anyTask,
    ...left,
    boxes: z.strictObject(left).optional(),
    norm: z.number().nullable(),
    /**
     * Who says so: the bucket, by their checksum or by its answer alone; or the door, where the bucket's answer was lost or
     * says that they are there already; or the bucket, that something stands there, where there is no door to ask.
     */
    receipt: z.enum(["checksum", "answer", "door", "stands"]),
  }),
  z.strictObject({
    ...link,
    event: z.literal("refused"),
    ...job,
    task: anyTask,
    refusal: z.enum(refusalNames),
    about: z.string(),
  }),
  z.strictObject({ ...link, event: z.literal("waits"), ...runByPlan }),
  z.strictObject({ ...link, event: z.literal("allowed"), ...runByPlan }),
  /** What was to be trained for the owner alone; the run goes on. */
  z.strictObject({ ...link, event: z.literal("failed alone"), run: z.string(), about: z.string() }),
  /** Told a federation of the home's newest keys. */
  z.strictObject({
    ...link,
    event: z.literal("rotated"),
    federation: federationName,
    key: z.string(),
    ...left,
  }),
  z.strictObject({ ...link, event: z.literal("paused") }),
  z.strictObject({ ...link, event: z.literal("resumed") }),
  z.strictObject({ ...link, event: z.literal("left"), federation: federationName, ...left }),
] as const;

/** A line of an owner's log. */
export const logEntry = z.discriminatedUnion("event", events);

export type LogEntry = Readonly<z.output<typeof logEntry>>;
type Unlinked<T> = T extends unknown ? Omit<T, keyof typeof link> : never;
/** What happened, before it has a place in the log. */
export type LogEvent = Unlinked<LogEntry>;

/** An update that was signed, and has left or may have. */
export type SignedEntry = Extract<LogEntry, { event: "signed" }>;
/** Sums that were opened, likewise. */
export type OpenedEntry = Extract<LogEntry, { event: "opened" }>;
/** One that is known to have left. */
export type SentEntry = Extract<LogEntry, { event: "sent" }>;

export function signedOf(entries: readonly LogEntry[]): SignedEntry[] {
  return entries.filter((entry): entry is SignedEntry => entry.event === "signed");
}

export function openedOf(entries: readonly LogEntry[]): OpenedEntry[] {
  return entries.filter((entry): entry is OpenedEntry => entry.event === "opened");
}

/** What was signed for a job: its update, or the sums that were opened for it. */
export function leavingOf(
  entries: readonly LogEntry[],
  object: string,
): SignedEntry | OpenedEntry | undefined {
  return [...signedOf(entries), ...openedOf(entries)].find((one) => one.object === object);
}

export function sentOf(entries: readonly LogEntry[]): SentEntry[] {
  return entries.filter((entry): entry is SentEntry => entry.event === "sent");
}

export const ofRun = <T extends { readonly run: string }>(run: string, found: readonly T[]): T[] =>
  found.filter((one) => one.run === run);

/** Whether a person has been asked about a run, and has allowed it; undefined where nobody was asked. */
export function approvalOf(
  entries: readonly LogEntry[],
  { run, plan }: { readonly run: string; readonly plan: string },
): "waits" | "allowed" | undefined {
  const found = entries.findLast(
    (one) => (one.event === "waits" || one.event === "allowed") && one.run === run && one.plan === plan,
  );
  return found?.event === "allowed" || found?.event === "waits" ? found.event : undefined;
}

/** Whether the owner has left a federation, and not joined it again. */
export function hasLeft(entries: readonly LogEntry[], federation: string): boolean {
  const last = entries.findLast(
    (one) =>
      (one.event === "left" && one.federation === federation) ||
      (one.event === "agreed" && one.agreement.federation === federation),
  );
  return last?.event === "left";
}

/** What stands before the first entry. */
export const emptyHead = canonicalSha256(null);

/** The head of a log whose last entry that is. */
export function headAfter(entry: LogEntry): string {
  return canonicalSha256(entry);
}

/** The time for whoever has that log: it never goes back, so that a clock that is set back lengthens no policy. */
export function notBefore(entries: readonly LogEntry[], at: Date): Date {
  const last = entries.reduce((latest, entry) => Math.max(latest, Date.parse(entry.at)), 0);
  return new Date(Math.max(at.getTime(), last));
}

/** The entry of an event behind those before. */
export function linked(entries: readonly LogEntry[], event: LogEvent, at: Date): LogEntry {
  const last = entries.at(-1);
  const before = last ? headAfter(last) : emptyHead;
  return {
    ...event,
    number: entries.length + 1,
    before,
    at: notBefore(entries, at).toISOString(),
  } as LogEntry;
}

/** What is wrong with a log's chain, or undefined. */
export function brokenAt(entries: readonly LogEntry[]): string | undefined {
  let before = emptyHead;
  for (const [at, entry] of entries.entries()) {
    if (entry.number !== at + 1) return `entry ${at + 1} says that it is number ${entry.number}`;
    if (entry.before !== before) return `entry ${entry.number} does not go on from the one before it`;
    before = headAfter(entry);
  }
  return undefined;
}
