import { permutation, randomStream } from "../random.ts";
import { cut, evenSizes } from "./deal.ts";
import type { PartitionInput } from "./partitioner.ts";

/** All examples in random order, in equal parts; the first clients take what is left over. */
export function iid({ labels, settings, seed }: PartitionInput<"iid">): Uint32Array[] {
  return cut(
    permutation(labels.length, randomStream(seed, "partition")),
    evenSizes(labels.length, settings.clients),
  );
}
