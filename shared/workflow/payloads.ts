import * as z from "zod";
import { explain } from "../config/explain.ts";
import { functionsReplaced, payloadInvalid } from "../errors.ts";
import { runNamePattern } from "../layout.ts";
import { accountId, ownersAccount } from "../owners/account.ts";
import { ownersWait } from "../owners/waiting-job.ts";
import { helperNumber } from "../secure-aggregation/helper-number.ts";
import { participantTask } from "./fields.ts";
import { endReason } from "./result-record.ts";
import { usageSchema } from "./usage.ts";
import { thisWriter, unnamedWriter, writerName } from "./writer.ts";

/**
 * What travels through the state machine: ids and sums, never weights, never data. One state that every step
 * narrows; cdk/workflow selects the same fields.
 */

const run = z.string().regex(runNamePattern);
const client = z.int().nonnegative();
/** Milliseconds since 1970. */
const instant = z.number().nonnegative();
const round = z.int().positive();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What every step after PrepareRun gets: the run, and what the execution was started with. */
const underWay = {
  run,
  /** Seal of the run's plan: objects are trusted by what stands in it, and in the chains below. */
  plan: sha256,
  /** The version, with its numbers, that started the execution. */
  writer: z.string(),
};

const helper = helperNumber;

/** What a helper reports; what a silent one has in its place carries the error. */
export const helperReport = z.union([
  z.object({
    helper,
    /** Of the object with the sums that it has opened. */
    sha256,
    from: instant,
    to: instant,
    usage: usageSchema,
  }),
  /** Of a function in an owner's account, likewise: what it has opened is the object that it has signed. */
  z.strictObject({ helper, answered: z.literal(true) }),
  /** It has opened nothing, since too few have reported. */
  z.object({ helper, declined: z.object({ error: z.string(), cause: z.string() }) }),
  z.object({ helper, error: z.object({ Error: z.string(), Cause: z.string().optional() }) }),
]);

/** The round that comes next, as shared/rounds decides it. */
export const federationState = z.object({
  round,
  /** Whoever is invoked in it, and for what. */
  participants: z.array(
    z.object({
      client,
      task: participantTask,
      /** Fingerprint of its key, where it is an owner who asks for its jobs. */
      owner: sha256.optional(),
      /** Of an owner whose function is invoked in an account of its own. */
      ...ownersAccount.partial().shape,
    }),
  ),
  /** Where owners take part. */
  owners: ownersWait.optional(),
  /** Whether updates are masked, so that helpers have to open their sums. */
  sums: z.enum(["plain", "masked"]),
  /** Numbers of the helpers that do; none where nothing is masked. */
  helpers: z.array(helper),
  /** What they have answered in this round; apart, what came from those in accounts of their own. */
  opened: z.array(helperReport).optional(),
  openedInAccounts: z.array(helperReport).optional(),
  /** round: it comes now; pause: in the next execution; done: there is none. */
  stage: z.enum(["round", "pause", "done"]),
  /** Why no further round trains, which leaves the final pass; null while rounds go on. */
  ended: endReason.nullable(),
  /** The model with the best score so far; the earliest of equal ones. */
  best: z.object({ round: z.int().nonnegative(), score: z.number() }).nullable(),
  /** Of the updates that the last round accepted: what their lengths are held against; null before the first round. */
  medianNorm: z.number().nonnegative().nullable(),
  execution: z.object({ number: z.int().positive(), name: z.string(), lastRound: round }),
  /** The chain of digests after the round before. */
  chainSha256: sha256,
  /** Of the model that the round starts from: what helpers keep it by, who do not read it. */
  weightsSha256: sha256,
  startedAt: instant,
  usage: usageSchema,
});

/** How far the baseline is: epochs trained so far. */
export const baselineState = z.object({
  epoch: z.int().nonnegative(),
  done: z.boolean(),
  /** The chain of digests after that epoch. */
  chainSha256: sha256,
  /** Of the record of how each client fares, once it is done; absent where a version before format 4 trained it. */
  clientsSeal: sha256.optional(),
  usage: usageSchema,
});

export const prepareRunInput = z.object({
  /** Of the execution, as whoever started it gave it: shared/workflow/start-input reads it. */
  input: z.unknown(),
  execution: z.object({
    id: z.string(),
    name: z.string(),
    startTime: z.string(),
  }),
});
export const prepareRunOutput = z.object({
  ...underWay,
  startedAt: instant,
  federation: federationState,
  baseline: baselineState,
  usage: usageSchema,
});

export const trainClientInput = z.object({
  ...underWay,
  round,
  /** Number of the execution. */
  attempt: z.int().positive(),
  task: participantTask,
  client,
  chainSha256: sha256,
});
/** What a client reports; what a silent one has in its place carries the error. */
export const clientReport = z.union([
  z.object({
    client,
    /** Of its update's object. */
    sha256,
    from: instant,
    to: instant,
    usage: usageSchema,
  }),
  /**
   * Of a function in an owner's account: that it has answered, and beside masks in which account. What it says is taken from nothing
   * but what the owner has signed.
   */
  z.strictObject({ client, answered: z.literal(true), account: accountId.optional() }),
  z.object({ client, error: z.object({ Error: z.string(), Cause: z.string().optional() }) }),
]);

export const aggregateRoundInput = z.object({
  ...underWay,
  federation: federationState,
  reports: z.array(clientReport),
});

export const openSumsInput = z.object({
  ...underWay,
  helper,
  federation: federationState,
  reports: z.array(clientReport),
});

export const trainBaselineInput = z.object({ ...underWay, baseline: baselineState });

export const finishRunInput = z.object({
  ...underWay,
  startedAt: instant,
  usage: usageSchema,
  federation: federationState,
  baseline: baselineState,
});
export const finishRunOutput = z.object({
  run,
  result: z.string(),
  /** The result's seal, by which whoever reads it knows that it is this one. */
  resultSeal: sha256.optional(),
  /**
   * The chain at the run's end: Step Functions remembers it apart from the bucket, and fedstep verify holds the rounds
   * against it.
   */
  chainSha256: z.string().optional(),
  /** What came otherwise than the execution asked for. */
  notes: z.array(z.string()).optional(),
});

export type FederationState = z.output<typeof federationState>;
export type BaselineState = z.output<typeof baselineState>;
export type ClientReport = z.output<typeof clientReport>;
export type HelperReport = z.output<typeof helperReport>;

/** @throws PayloadInvalid naming the step and the fields */
export function parsePayload<T>(schema: z.ZodType<T>, payload: unknown, step: string): T {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const document = { schema, called: "the payload" };
  const problems = parsed.error.issues.flatMap((issue) => explain(issue, payload, document));
  throw payloadInvalid(
    `${step} was invoked with another payload than the state machine gives it: ${problems.join("; ")}`,
  );
}

const handedOn = z.object({ run, writer: z.string().optional() });

/**
 * A stack that is deployed again has new functions at once, and its executions go on by the old definition: what such
 * an execution hands on may mean something else by now.
 * @throws FunctionsReplaced where another version has started the execution
 */
export function assertSameWriter(payload: unknown, step: string): void {
  const { data } = handedOn.safeParse(payload);
  // no payload of a run, which is refused by its fields
  if (!data) return;
  const [started, now] = [data.writer ?? writerName(unnamedWriter), writerName(thisWriter)];
  if (started === now) return;
  throw functionsReplaced(
    `${step}: ${started} started this execution, and the stack's functions are ${now} by now; go on in a new execution ` +
      `with: fedstep resume ${data.run} --target aws`,
  );
}
