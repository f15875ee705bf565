import { canonicalJson } from "../canonical-json.ts";
import { isOwners, type OwnersPlace } from "../client/place.ts";
import { jsonOf } from "../json-of.ts";
import type { Participant } from "../rounds/participants.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { isSignedBy } from "./signed.ts";
import { type SignedStatement, signedStatement, type UpdateStatement } from "./update-statement.ts";

/** What a round begins with: an owner's signature is for all of it. */
export interface RoundBeginning {
  /** Seal of the plan. */
  readonly plan: string;
  /** The chain before the round. */
  readonly chainSha256: string;
  /** Of the weights of the model that the round starts from. */
  readonly globalSha256: string;
}

/** Metadata of an owner's update beside its header. */
export interface StatementMetadata {
  /** JSON of the statement. */
  readonly statement?: string | undefined;
  readonly signature?: string | undefined;
}

export interface ClaimedUpdate extends Participant {
  readonly round: number;
  readonly attempt: number;
  /** Digest of the header that lies beside the statement. */
  readonly updateSha256: string;
}

/** The place of a client that is an owner, or undefined. */
export function ownerOf({ clients }: Pick<Plan, "clients">, client: number): OwnersPlace | undefined {
  const { place } = clients.find((one) => one.client === client) ?? {};
  return place && isOwners(place) ? place : undefined;
}

/**
 * What an owner is to have signed of an update, but the head of its log, which only it knows.
 * @param begins undefined where it could not be told
 */
export function statementOf<B extends RoundBeginning | undefined>(
  { run, agreement }: Pick<Plan, "run" | "agreement">,
  { client, task, round, attempt, updateSha256 }: ClaimedUpdate,
  begins: B,
) {
  if (!agreement) throw new Error(`the plan of ${run} names no agreement, and client ${client} is an owner`);
  return { agreement, run, round, attempt, client, task, ...begins, updateSha256 };
}

/** What an owner has signed of its update, or what is wrong with it. */
export async function openStatement(
  expected: Partial<UpdateStatement>,
  { key, owner }: OwnersPlace,
  { statement = "null", signature = "" }: StatementMetadata,
): Promise<{ readonly signed: SignedStatement } | { readonly problem: string }> {
  const said = signedStatement.safeParse({ statement: jsonOf(statement), signature }).data;
  if (!said) return { problem: `${owner} has signed nothing of it` };
  const other = otherThan(expected, said.statement);
  if (other !== undefined) {
    return { problem: `${owner} has signed it with another ${other} than that of the round` };
  }
  if (await isSigned(said, key)) return { signed: said };
  return { problem: `it is not signed by the key of ${owner}` };
}

/** The name of a field in which a statement is not what is expected, or undefined. */
export function otherThan(
  expected: Partial<UpdateStatement>,
  statement: UpdateStatement,
): string | undefined {
  const names = Object.keys(expected) as (keyof UpdateStatement)[];
  return names.find((name) => canonicalJson(statement[name]) !== canonicalJson(expected[name]));
}

/** Whether that key has signed it. */
export function isSigned({ statement, signature }: SignedStatement, key: string): Promise<boolean> {
  // what is no point of the curve has signed nothing
  return isSignedBy(key, "update", statement, signature).catch(() => false);
}
