import type { ClientContext } from "../../shared/client/procedure.ts";
import { hasKept, type Strategy } from "../../shared/strategy/strategy.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { LinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readKept, readState } from "../../storage/strategy-objects.ts";

/**
 * What a client's procedure receives of the strategy's state, and what the client kept itself.
 * @param before the model that the round starts from
 * @throws ObjectMissing or ObjectInvalid where the state of an earlier round is not what it should be
 */
export async function readClientVectors(
  objects: Objects,
  plan: Plan,
  strategy: Strategy,
  { round, client }: { readonly round: number; readonly client: number },
  before: LinkedGlobal,
): Promise<Pick<ClientContext, "received" | "kept">> {
  const { receives } = strategy.client;
  if (receives.length === 0 && !hasKept(strategy)) return { received: {}, kept: null };
  const { vectors, accepted } = await readState(objects, plan, strategy, round - 1, before.stateSha256);
  const received = Object.entries(vectors).filter(([name]) => receives.includes(name));
  const kept = hasKept(strategy) ? await readKept(objects, plan, strategy, client, accepted[client]) : null;
  return { received: Object.fromEntries(received), kept };
}
