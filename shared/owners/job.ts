import * as z from "zod";
import { runNamePattern } from "../layout.ts";
import { count, participantTask, sha256 } from "../workflow/fields.ts";
import { agreementName } from "./agreement-name.ts";

/** Of the version that began: a door that says more would have it kept and repeated. */
const mostWriterCharacters = 200;

/** What an owner is asked for: nothing in it says what to run, or where to get it. */
export const ownersJob = z.strictObject({
  agreement: agreementName,
  /** Below its federation's name. */
  run: z.string().regex(runNamePattern),
  /** Seal of the plan. */
  plan: sha256,
  /** The version that started the execution. */
  writer: z.string().min(1).max(mostWriterCharacters),
  round: z.int().positive(),
  /** Number of the execution. */
  attempt: z.int().positive(),
  task: participantTask,
  client: count,
  /** The chain before the round. */
  chainSha256: sha256,
});

export type OwnersJob = Readonly<z.output<typeof ownersJob>>;
