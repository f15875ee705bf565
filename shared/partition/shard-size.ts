import { type ObjectSize, objectSize } from "../tensors/object-size.ts";
import type { PartitionRecord, Plan } from "../workflow/plan-record.ts";

/** What of a run's records says how large its shards are. */
export interface Divided {
  readonly dataset: Pick<Plan["dataset"], "features" | "element">;
  readonly scaling: PartitionRecord["scaling"];
  readonly clients: readonly Pick<PartitionRecord["clients"][number], "client" | "train" | "heldOut">[];
  /** Of which the shard stands behind those of the clients. */
  readonly testSet: PartitionRecord["testSet"];
}

/** How large a shard can be: values of a byte or of four with labels of four. */
export function shardSize({ dataset, scaling, clients, testSet }: Divided, client: number): ObjectSize {
  const { features, element } = dataset;
  const part = clients.find((one) => one.client === client);
  const tested = testSet?.labelCounts.reduce((sum, count) => sum + count, 0) ?? 0;
  const examples = part ? part.train + part.heldOut : tested;
  const valueBytes = element === "uint8" && scaling === null ? 1 : 4;
  // examples and labels, of which some train and others are held out
  return objectSize(4, examples * (features * valueBytes + 4));
}
