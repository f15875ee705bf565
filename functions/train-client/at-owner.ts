import type * as z from "zod";
import type { Examples } from "../../shared/dataset/examples.ts";
import { applyScaling } from "../../shared/dataset/scaling.ts";
import { parsePayload, trainClientInput } from "../../shared/workflow/payloads.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import { holdObjects } from "../../storage/held-objects.ts";
import type { ClientData } from "./client-data.ts";
import { trainClient } from "./train-client.ts";

/** What an owner's process gives to the step that trains there. */
export interface OwnersWork {
  /** As the state machine would give it. */
  readonly input: z.input<typeof trainClientInput>;
  /** What the step reads of the run, by key. */
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** As the agreed schema reads them, not scaled yet. */
  readonly examples: { readonly train: Examples; readonly heldOut: Examples };
  readonly dataMac: string;
  /** 32 bytes, which nobody else has. */
  readonly secretKey: Uint8Array;
}

/**
 * The part of a client in a round where its owner keeps the examples: the very step that Lambda runs, over objects that came
 * to the owner and examples that stay there.
 * @returns what it would have written, by key
 * @throws whatever TrainClient throws; what it says may hold what is the owner's alone
 */
export async function workAtOwner(work: OwnersWork): Promise<ReadonlyMap<string, Uint8Array>> {
  const { objects, written } = holdObjects(work.objects);
  const step = trainClient(objects, ownData(work));
  const input = parsePayload(trainClientInput, work.input, step.name);
  await step.work(input, {
    // nobody pays for it
    usage: () => ({ count: 0, cold: 0, billedMs: 0, gbSeconds: 0 }),
    remainingMs: () => Number.POSITIVE_INFINITY,
    note: () => {},
    timed: (_phase, perform) => perform(),
  });
  return written;
}

function ownData({ examples, secretKey, dataMac }: OwnersWork): ClientData {
  const scaled = ({ scaling }: Plan, some: Examples) => (scaling ? applyScaling(some, scaling) : some);
  return {
    shard: async (plan, _client, trainer) => ({
      train: trainer.prepare(scaled(plan, examples.train)),
      test: trainer.prepare(scaled(plan, examples.heldOut)),
    }),
    secret: () => ({ key: secretKey, examplesSha256: dataMac }),
  };
}
