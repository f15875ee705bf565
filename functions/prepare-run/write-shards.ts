import pLimit from "p-limit";
import type { Shard } from "../../shared/partition/division.ts";
import type { Objects } from "../../storage/objects.ts";
import { type PartitionName, writeShard } from "../../storage/shard-objects.ts";
import { prepareRunFootprint } from "./footprint.ts";

/**
 * Writes shards, a few at once.
 * @param first client that they begin with
 * @returns their digests
 */
export function writeShards(
  objects: Objects,
  of: PartitionName,
  shards: readonly (() => Shard)[],
  first = 0,
): Promise<string[]> {
  const writers = pLimit(prepareRunFootprint.atOnce);
  return Promise.all(shards.map((shard, at) => writers(() => writeShard(objects, of, first + at, shard()))));
}
