import { simulatedKey } from "../../shared/client/place.ts";
import type { Trainer } from "../../shared/model/trainer.ts";
import { anyGuaranteeIn } from "../../shared/privacy/private-steps.ts";
import type { EvaluationSums } from "../../shared/task/tasks.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { SimulatedKeys } from "../../storage/simulated-keys.ts";
import type { PreparedShard } from "./prepared-shard.ts";
import { ShardCache } from "./shard-cache.ts";

/** What a client's secret draws come from. */
export interface ClientSecret {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** What tells its examples from others, of which draws are independent. */
  readonly examplesSha256: string;
}

/** Where clients have their examples, and their secrets. */
export interface ClientData {
  /** @throws ObjectMissing or ObjectInvalid */
  shard(plan: Plan, client: number, trainer: Trainer): Promise<PreparedShard>;
  /** @throws ObjectMissing or ObjectInvalid */
  secret(plan: Plan, client: number): Promise<ClientSecret>;
  /** What an owner tells of the model that it has trained alone, in its final pass. */
  readonly alone?: EvaluationSums | undefined;
}

/**
 * Of simulated clients: their shards lie in the bucket, and their keys follow from the run's seed, or where the run promises
 * privacy from a key that lies there too.
 */
export function simulatedData(objects: Objects, cacheBytes: number): ClientData {
  const shards = new ShardCache(objects, cacheBytes);
  const secretKeys = new SimulatedKeys(objects);
  return {
    shard: (plan, client, trainer) => shards.get(plan, client, trainer),
    secret: async ({ run, config, shards }, client) => ({
      key: anyGuaranteeIn(config) ? await secretKeys.of(run, client) : simulatedKey(config.seed, client),
      examplesSha256: shards[client] ?? "",
    }),
  };
}
