import { clientsKey, clientsModelsOf, isOpened } from "../../shared/layout.ts";
import { finalParticipants, type Participant, participantsOf } from "../../shared/rounds/participants.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Scene } from "./scene.ts";

/** What clients sent and kept in a round for executions that were cut off, of which nothing was made. */
export function tellOtherAttempts(
  { inventory, audit }: Scene,
  plan: Plan,
  { round, attempt }: { readonly round: number; readonly attempt: number },
  participants: readonly Participant[],
): void {
  const { run, config } = plan;
  // where a budget ends the federation, an execution may have asked for the final pass and another for training
  const asked =
    config.federation.budget === null
      ? participants
      : [...participantsOf(plan, round), ...finalParticipants(plan)];
  for (const prefix of clientsModelsOf(run)) {
    for (const key of inventory.below(prefix)) {
      const from = clientsKey(key);
      if (from?.round !== round || from.attempt === attempt) continue;
      // helpers have numbers of their own
      if (!isOpened(key) && asked.every(({ client }) => client !== from.client)) continue;
      inventory.expect(key);
      audit.unchecked.push({
        objects: key,
        why: "it is of an execution that was cut off, and nothing was made of it",
      });
    }
  }
}
