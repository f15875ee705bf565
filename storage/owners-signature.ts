import { updateInvalid } from "../shared/errors.ts";
import {
  type ClaimedUpdate,
  openStatement,
  ownerOf,
  type RoundBeginning,
  statementOf,
} from "../shared/owners/signed-update.ts";
import type { SignedStatement, UpdateStatement } from "../shared/owners/update-statement.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";

/**
 * What an owner has signed of an update: counts and evaluation are taken from nothing else.
 * @param beside what else it is to have signed
 * @throws UpdateInvalid where it has not
 */
export async function ownersSignature(
  key: string,
  plan: Pick<Plan, "run" | "agreement" | "clients">,
  claimed: Omit<ClaimedUpdate, "updateSha256">,
  { updateSha256 = "", statement, signature }: Readonly<Record<string, string>>,
  begins: RoundBeginning | undefined,
  beside: Partial<UpdateStatement> = {},
): Promise<{ signed?: SignedStatement }> {
  const owner = ownerOf(plan, claimed.client);
  if (!owner) return {};
  const expected = { ...statementOf(plan, { ...claimed, updateSha256 }, begins), ...beside };
  const opened = await openStatement(expected, owner, { statement, signature });
  if ("signed" in opened) return opened;
  throw updateInvalid(`${key}: ${opened.problem}`);
}
