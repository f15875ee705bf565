import type { TrainingOptions, TrainingOutcome } from "../../shared/model/trainer.ts";
import type { ClientStart } from "../../shared/strategy/client-part.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { LocalTraining, Vectors } from "../../shared/strategy/strategy.ts";
import type { Plan } from "../../shared/workflow/records.ts";
import type { Objects } from "../../storage/objects.ts";
import { readKept, readState, writeKept } from "../../storage/strategy-objects.ts";

/** What the strategy asks of one client in one round. */
export interface OpenClientPart {
  readonly hooks: Pick<TrainingOptions, "proximal" | "correction">;
  /** Stores what the client keeps, and gives what goes to the server beside the model. */
  conclude(trained: TrainingOutcome): Promise<Vectors>;
}

/** @throws ObjectMissing or ObjectInvalid where the state of an earlier round is not what it should be */
export async function openClientPart(
  objects: Objects,
  plan: Plan,
  { round, client }: { readonly round: number; readonly client: number },
  global: Float32Array,
  training: LocalTraining,
): Promise<OpenClientPart> {
  const strategy = openStrategy(plan.config.federation.strategy);
  const part = strategy.client;
  const start: ClientStart = { global, training, ...(await vectorsOf()) };
  return {
    hooks: part.hooks(start),
    async conclude(trained) {
      const { kept, sent } = part.conclude(start, trained);
      if (part.keeps.length > 0) await writeKept(objects, plan, round, client, kept);
      return sent;
    },
  };

  async function vectorsOf(): Promise<Pick<ClientStart, "received" | "kept">> {
    if (part.receives.length === 0 && part.keeps.length === 0) return { received: {}, kept: {} };
    const { vectors, accepted } = await readState(objects, plan, strategy, round - 1);
    const received = Object.fromEntries(
      Object.entries(vectors).filter(([name]) => part.receives.includes(name)),
    );
    return { received, kept: await readKept(objects, plan, strategy, client, accepted[client]) };
  }
}
