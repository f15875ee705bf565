import { LRUCache } from "lru-cache";
import type { Trainer } from "../../shared/model/trainer.ts";
import { shardSize } from "../../shared/partition/shard-size.ts";
import type { Plan } from "../../shared/workflow/plan-record.ts";
import type { StoredObject } from "../../storage/bucket.ts";
import type { Objects } from "../../storage/objects.ts";
import { openShard, shardKey } from "../../storage/shard-objects.ts";
import type { PreparedShard } from "./prepared-shard.ts";

interface Kept extends PreparedShard {
  readonly etag: string;
  readonly digest: string | null | undefined;
  readonly trainer: Trainer;
}

/**
 * Shards that a warm environment has read and prepared, up to a bound in bytes: the same environment serves many
 * clients over many rounds. S3 is asked every time whether the shard is still the same.
 */
export class ShardCache {
  readonly #objects: Objects;
  readonly #kept: LRUCache<string, Kept>;

  constructor(objects: Objects, maxBytes: number) {
    this.#objects = objects;
    this.#kept = new LRUCache({
      maxSize: Math.max(1, Math.floor(maxBytes)),
      sizeCalculation: ({ train, test }) => Math.max(1, train.bytes + test.bytes),
    });
  }

  /** @throws ObjectMissing or ObjectInvalid */
  async get(plan: Plan, client: number, trainer: Trainer): Promise<PreparedShard> {
    const key = shardKey(plan, client);
    const kept = this.#kept.get(key);
    const digest = plan.shards[client];
    const most = shardSize(plan, client).bytes;
    // what one trainer has prepared, another cannot read
    if (kept?.trainer === trainer && kept.digest === digest) {
      const answer = await this.#objects.getUnlessUnchanged(key, most, kept.etag);
      return answer === "unchanged" ? kept : this.#keep(plan, client, answer, trainer);
    }
    return this.#keep(plan, client, await this.#objects.get(key, most), trainer);
  }

  async #keep(
    plan: Plan,
    client: number,
    { bytes, etag }: StoredObject,
    trainer: Trainer,
  ): Promise<PreparedShard> {
    const { train, test } = await openShard(plan, client, bytes);
    const prepared = { train: trainer.prepare(train), test: trainer.prepare(test) };
    this.#kept.set(shardKey(plan, client), { ...prepared, etag, digest: plan.shards[client], trainer });
    return prepared;
  }
}
