import * as z from "zod";
import { countUpTo } from "../config/count.ts";
import { partitionInvalid } from "../errors.ts";
import { permutation, randomStream } from "../random.ts";
import { cut, shuffledByLabel } from "./deal.ts";
import { definePartitioner, type PartitionInput } from "./partitioner.ts";
import { clients, kindField } from "./settings.ts";

const settings = z
  .strictObject({
    kind: kindField("shard"),
    clients,
    shardsPerClient: countUpTo(10_000).default(2).describe("Shards that each client is dealt."),
  })
  .describe(
    "The examples sorted by label, cut into equal shards that are dealt at random " +
      "(McMahan et al. 2017, arXiv:1602.05629; flwr-datasets' ShardPartitioner).",
  );

type Settings = z.output<typeof settings>;

/**
 * McMahan et al. 2017, "Communication-Efficient Learning of Deep Networks from Decentralized Data": the examples
 * sorted by label, cut into clients x shardsPerClient shards, and each client dealt its number of them at random.
 * Examples of one label are in random order, as after flwr-datasets' shuffling. Shards differ by at most one example
 * where they cannot be equal; flwr-datasets leaves the rest out instead, which is always of the last label.
 */
export const shard = definePartitioner(settings, divide, { byClass: true });

function divide({ labels, classes, settings, seed }: PartitionInput<Settings>): Uint32Array[] {
  const { clients, shardsPerClient } = settings;
  const shards = clients * shardsPerClient;
  if (shards > labels.length) {
    throw partitionInvalid(
      `partition.shardsPerClient: ${shardsPerClient} for each of ${clients} clients are ${shards} shards, more than ` +
        `the ${labels.length} examples; at most ${Math.floor(labels.length / clients)} fit`,
    );
  }
  const bounds = Array.from({ length: shards + 1 }, (_, i) => Math.floor((i * labels.length) / shards));
  const sizes = bounds.slice(1).map((end, i) => end - (bounds[i] as number));
  const pieces = cut(concatenated(shuffledByLabel(labels, classes, seed)), sizes);
  const deck = permutation(shards, randomStream(seed, "partition"));
  return Array.from({ length: clients }, (_, client) => {
    const dealt = deck.subarray(client * shardsPerClient, (client + 1) * shardsPerClient);
    return concatenated(Array.from(dealt, (piece) => pieces[piece] as Uint32Array));
  });
}

function concatenated(parts: readonly Uint32Array[]): Uint32Array {
  const whole = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
