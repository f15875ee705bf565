import * as z from "zod";
import { participantTask, sha256 } from "../workflow/fields.ts";
import { agreementName } from "./agreement-name.ts";
import { signatureText } from "./identity.ts";

/**
 * What an owner signs of an update. Its header says counts, evaluation and the digest of every vector, so that the header's
 * digest is that of all that the object holds.
 */
export const updateStatement = z.strictObject({
  agreement: agreementName,
  run: z.string(),
  round: z.int().positive(),
  /** Number of the execution that asked for it. */
  attempt: z.int().positive(),
  client: z.int().nonnegative(),
  task: participantTask,
  /** Seal of the plan. */
  plan: sha256,
  /** The chain before the round: of the plan and of every model up to the one that it starts from. */
  chainSha256: sha256,
  /** Of that model's weights. */
  globalSha256: sha256,
  /** Of the update's header. */
  updateSha256: sha256,
  /** Of a masked update: of the boxes with the seeds of its masks. */
  boxesSha256: sha256.optional(),
  /** Head of the owner's log before the entry of this job. */
  logHead: sha256,
});

/** The same with its signature: as a round's records repeat it. */
export const signedStatement = z.strictObject({ statement: updateStatement, signature: signatureText });

export type SignedStatement = Readonly<z.output<typeof signedStatement>>;
export type UpdateStatement = Readonly<z.output<typeof updateStatement>>;
