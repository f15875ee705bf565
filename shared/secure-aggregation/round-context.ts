import * as z from "zod";
import { canonicalSha256 } from "../canonical-json.ts";
import { count, sha256 } from "../workflow/fields.ts";
import type { FederationState } from "../workflow/payloads.ts";

/**
 * What all clients of a round have in common, and each binds its boxes to: helpers answer only where it is the same for all, so
 * that no two of them have been shown different plans or models.
 */
export const roundContext = z.strictObject({
  run: z.string(),
  /** Number of the execution: another one's masks are others. */
  attempt: z.int().positive(),
  round: z.int().positive(),
  /** Seal of the plan. */
  plan: sha256,
  /** The chain before the round: of the plan and of every model up to the one that it starts from. */
  chainSha256: sha256,
  /** Of that model's weights. */
  globalSha256: sha256,
});

export type RoundContext = Readonly<z.output<typeof roundContext>>;

/** That of the round which an execution is in: as each client has it that has read the model itself. @param seal of the plan */
export function contextOf(
  run: string,
  seal: string,
  { round, execution, chainSha256, weightsSha256: globalSha256 }: FederationState,
): RoundContext {
  return { run, attempt: execution.number, round, plan: seal, chainSha256, globalSha256 };
}

/** Digest of it: part of every client's associated data, and of what its seeds are drawn from. */
export function contextSha256(context: RoundContext): string {
  return canonicalSha256(context);
}

/** What a client's sealed boxes are bound to beside that. */
export const boxedUpdate = z.strictObject({
  client: count,
  task: z.enum(["train", "evaluate"]),
  /** SHA-256 of the client's masked update: the whole object, or where owners open sums its header, which an owner signs. */
  updateSha256: sha256,
});

export type BoxedUpdate = Readonly<z.output<typeof boxedUpdate>>;
