import type { TrainingOptions, TrainingOutcome } from "../../shared/model/trainer.ts";
import type { ClientStart } from "../../shared/strategy/client-part.ts";
import type { LocalTraining, Vectors } from "../../shared/strategy/client-update.ts";
import { openStrategy } from "../../shared/strategy/strategies.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { LinkedGlobal } from "../../storage/model-objects.ts";
import type { Objects } from "../../storage/objects.ts";
import { readKept, readState, writeKept } from "../../storage/strategy-objects.ts";

/** What the strategy asks of one client in one round. */
export interface OpenClientPart {
  readonly hooks: Pick<TrainingOptions, "proximal" | "correction">;
  /** Stores what the client keeps, and gives what goes to the server beside the model: vectors, and that one's digest. */
  conclude(trained: TrainingOutcome): Promise<{ sent: Vectors; keptSha256: string | undefined }>;
}

/** @throws ObjectMissing or ObjectInvalid where the state of an earlier round is not what it should be */
export async function openClientPart(
  objects: Objects,
  plan: Plan,
  { round, client }: { readonly round: number; readonly client: number },
  before: LinkedGlobal,
  training: LocalTraining,
): Promise<OpenClientPart> {
  const strategy = openStrategy(plan.config.federation.strategy);
  const part = strategy.client;
  const start: ClientStart = { global: before.parameters, training, ...(await vectorsOf()) };
  return {
    hooks: part.hooks(start),
    async conclude(trained) {
      const { kept, sent } = part.conclude(start, trained);
      const keeps = part.keeps.length > 0;
      return { sent, keptSha256: keeps ? await writeKept(objects, plan, round, client, kept) : undefined };
    },
  };

  async function vectorsOf(): Promise<Pick<ClientStart, "received" | "kept">> {
    if (part.receives.length === 0 && part.keeps.length === 0) return { received: {}, kept: {} };
    const { vectors, accepted } = await readState(objects, plan, strategy, round - 1, before.stateSha256);
    const received = Object.fromEntries(
      Object.entries(vectors).filter(([name]) => part.receives.includes(name)),
    );
    return { received, kept: await readKept(objects, plan, strategy, client, accepted[client]) };
  }
}
