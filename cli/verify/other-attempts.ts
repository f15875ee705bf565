import { clientsKey, clientsModelsOf } from "../../shared/layout.ts";
import type { Participant } from "../../shared/rounds/participants.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Scene } from "./scene.ts";

/** What clients sent and kept in a round for executions that were cut off, of which nothing was made. */
export function tellOtherAttempts(
  { inventory, audit }: Scene,
  { run }: Pick<Plan, "run">,
  { round, attempt }: { readonly round: number; readonly attempt: number },
  participants: readonly Participant[],
): void {
  for (const prefix of clientsModelsOf(run)) {
    for (const key of inventory.below(prefix)) {
      const from = clientsKey(key);
      if (from?.round !== round || from.attempt === attempt) continue;
      if (participants.every(({ client }) => client !== from.client)) continue;
      inventory.expect(key);
      audit.unchecked.push({
        objects: key,
        why: "it is of an execution that was cut off, and nothing was made of it",
      });
    }
  }
}
