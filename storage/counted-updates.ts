import { updateKey } from "../shared/client/update-key.ts";
import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { strategyOf } from "../shared/privacy/clients/strategy-of.ts";
import type { OpenRound } from "../shared/rounds/open-round.ts";
import type { FederationState } from "../shared/workflow/payloads.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";
import type { RoundUpdates as CountedUpdates } from "../shared/workflow/round-records.ts";
import type { Objects } from "./objects.ts";
import {
  type ReceivedUpdate,
  type RoundAttempt,
  readUpdate,
  receive,
  updateReaders,
} from "./update-objects.ts";

/**
 * The updates that a round counts, by an earlier attempt's decision. Where one is gone or was damaged since, the same stands
 * under this execution's number, if its client has made it again.
 * @throws ObjectMissing, UpdateInvalid, or ObjectInvalid where one is no longer what it was
 */
export function readCounted(
  objects: Objects,
  plan: Plan,
  { round, attempt, updates, begins }: RoundAttempt & Pick<CountedUpdates, "updates">,
  { participants, execution }: Pick<FederationState, "participants" | "execution">,
  open: OpenRound | null,
): Promise<ReceivedUpdate[]> {
  const strategy = strategyOf(plan.config);
  const limit = updateReaders();
  const taskOf = new Map(participants.map(({ client, task }) => [client, task]));
  const counts = async ({ client, sha256 }: CountedUpdates["updates"][number]) => {
    const task = taskOf.get(client);
    if (!task)
      throw objectInvalid(`${keys.roundUpdates(plan.run, round)}: counts client ${client}, who has no part`);
    const from = async (attempt: number) => {
      const update = await readUpdate(
        objects,
        plan,
        strategy,
        { round, attempt, begins },
        { client, task },
        open,
      );
      if (update.sha256 === sha256) return update;
      const key = updateKey(plan, client, round, attempt);
      throw objectInvalid(`${key}: has digest ${update.sha256}, and its round counts ${sha256}`);
    };
    const update = await from(attempt).catch((error: unknown) =>
      // what is wrong with that one is told, whatever is with this one
      from(execution.number).catch(() => Promise.reject(error)),
    );
    return receive(update, open);
  };
  return Promise.all(updates.map((one) => limit(() => counts(one))));
}
