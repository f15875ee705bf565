import * as z from "zod";
import { signedOpening } from "../owners/opening-statement.ts";
import { count, participantTask, sha256 } from "../workflow/fields.ts";
import { helperNumber } from "./helper-number.ts";

const helper = helperNumber;

/** Metadata of a masked update's object: what follows from the plan, and nothing of its examples. */
export const maskedHeader = z.strictObject({
  run: z.string(),
  round: z.int().positive(),
  client: count,
  task: participantTask,
  /** Examples trained with, minibatches, and examples seen in training. */
  examples: count,
  steps: count,
  seen: count,
  /** Digest of the round's context, which its boxes are sealed under. */
  contextSha256: sha256,
  /** Of the object in which the client keeps what its next round goes on from, which has a secret number in it. */
  keptSha256: sha256.optional(),
  /** Of the masked integers, where owners open their sums: an owner's signature is for them too. */
  wordsSha256: sha256.optional(),
});

export type MaskedHeader = Readonly<z.output<typeof maskedHeader>>;

/** Who a helper has opened a round's sums over. */
const inOpenedSet = { client: count, task: participantTask };
const openedSet = z.array(z.strictObject(inOpenedSet));

/** Metadata of masks/RUN/opened/ATTEMPT/ROUND/HELPER.safetensors: what a helper has opened. */
export const openingHeader = z.strictObject({
  run: z.string(),
  round: z.int().positive(),
  attempt: z.int().positive(),
  helper,
  contextSha256: sha256,
  /** Ascending by client; where owners open sums with the digest of each update's header, which its box is bound to. */
  clients: z.array(z.strictObject({ ...inOpenedSet, updateSha256: sha256.optional() })),
  /** Of each opened sum, by its seed, where an owner signs them. */
  streamsSha256: z.record(z.enum(["1", "2", "3"]), sha256.optional()).optional(),
  /** Those whose box it could not open, or who are not in the set that it has opened for this model. */
  left: z.array(z.strictObject({ client: count, because: z.string() })),
});

export type OpeningHeader = Readonly<z.output<typeof openingHeader>>;

/** helpers/HELPER/DIGEST.json: the one set that a helper opens sums over for a global model, whatever run or attempt asks. */
export const openedOnce = z.object({
  globalSha256: sha256,
  helper,
  clients: openedSet,
  /** Who asked first. */
  first: z.strictObject({ run: z.string(), round: z.int().positive(), attempt: z.int().positive() }),
});

export type OpenedOnce = Readonly<z.output<typeof openedOnce>>;

/** What a round's records say of its masks. */
export const masksOpened = z.strictObject({
  contextSha256: sha256,
  /** Whose sums were taken off, with the digest of each one's object, and what an owner has signed of it. */
  helpers: z.array(z.strictObject({ helper, sha256, signed: signedOpening.optional() })).min(2),
  /** Helpers that opened nothing, or another set. */
  silent: z.array(z.strictObject({ helper, error: z.string(), cause: z.string() })),
  /** Seeds whose sum one helper alone has told, so that nobody has checked it. */
  unchecked: z.array(helper),
});

export type MasksOpened = Readonly<z.output<typeof masksOpened>>;
