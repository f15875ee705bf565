import { isRemote, type RemotePlace } from "../client/place.ts";
import type { Participant } from "../rounds/participants.ts";
import type { Plan } from "../workflow/plan-record.ts";
import { isSignedBy } from "./signed.ts";
import { type UpdateStatement, updateStatement } from "./update-statement.ts";

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
export function ownerOf({ clients }: Pick<Plan, "clients">, client: number): RemotePlace | undefined {
  const { place } = clients.find((one) => one.client === client) ?? {};
  return place && isRemote(place) ? place : undefined;
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

/** What is wrong with what an owner has signed of its update, or undefined. */
export async function falseStatement(
  expected: Partial<UpdateStatement>,
  { key, owner }: RemotePlace,
  { statement, signature }: StatementMetadata,
): Promise<string | undefined> {
  const said = parsed(statement);
  const { data } = updateStatement.safeParse(said);
  if (!data || signature === undefined) return `${owner} has signed nothing of it`;
  const other = (Object.keys(expected) as (keyof typeof expected)[]).find(
    (name) => JSON.stringify(data[name]) !== JSON.stringify(expected[name]),
  );
  if (other) return `${owner} has signed it with another ${other} than that of the round`;
  const verifies = await isSignedBy(key, "update", said, signature).catch(() => false);
  return verifies ? undefined : `it is not signed by the key of ${owner}`;
}

function parsed(text = "null"): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
