import * as z from "zod";
import { runNamePattern } from "../layout.ts";
import { tableSchema } from "../schema/table-schema.ts";
import { federationName } from "./agreement-name.ts";
import { consents } from "./told-schema.ts";

const columns = z.array(z.string());

/** How an owner says what it tells of its table: by columns' names and its consent, or by a schema that it has reviewed. */
const askedOf = z.union([
  z.strictObject({
    label: z.string(),
    ids: columns,
    drop: columns,
    /** Columns that measure something, though each of their rows has another value. */
    features: columns,
    tells: z.array(z.enum(consents)),
  }),
  z.strictObject({ schema: tableSchema }),
]);

export type AskedOf = Readonly<z.output<typeof askedOf>>;

/** What the owner's people ask the desk of their stack. */
export const deskRequest = z.discriminatedUnion("ask", [
  /** The file by which the owner asks to join, of the table that lies in its bucket. */
  z.strictObject({
    ask: z.literal("request"),
    federation: federationName,
    of: askedOf,
  }),
  /** The file by which it accepts an agreement: the version, and those before it that were left out. */
  z.strictObject({ ask: z.literal("accept"), versions: z.array(z.unknown()).min(1), tellAgain: z.boolean() }),
  /** Named by whoever asks: the stack takes part in one. */
  z.strictObject({ ask: z.literal("leave"), federation: federationName }),
  z.strictObject({ ask: z.enum(["pause", "resume"]) }),
  z.strictObject({ ask: z.literal("allow"), run: z.string().regex(runNamePattern) }),
]);

export type DeskRequest = z.output<typeof deskRequest>;

/** A file that has left by being told, and what there is to say about it. */
const told = z.object({
  /** Who has signed it. */
  owner: z.string(),
  fingerprint: z.string(),
  /** The file, JSON. */
  text: z.string(),
  /** For people, before the file is written. */
  said: z.array(z.string()),
  /** That should be known beside it. */
  notes: z.array(z.string()),
});

/** What the desk answers: what it has done, or why it has not, in words for the owner's people. */
export const deskAnswer = z.union([
  z.object({ done: told }),
  z.object({ done: z.object({ owner: z.string(), said: z.array(z.string()) }) }),
  z.object({ error: z.object({ name: z.string(), message: z.string(), isInput: z.boolean() }) }),
]);

export type DeskAnswer = z.output<typeof deskAnswer>;
export type Told = z.output<typeof told>;
