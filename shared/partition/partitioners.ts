import { dirichlet } from "./dirichlet.ts";
import { iid } from "./iid.ts";
import { mainLabel } from "./main-label.ts";
import { naturalId } from "./natural-id.ts";
import type { Kind, Partitioner } from "./partitioner.ts";
import { pathological } from "./pathological.ts";
import { shard } from "./shard.ts";
import { size } from "./size.ts";

const partitioners: { readonly [K in Kind]: Partitioner<K> } = {
  "main-label": mainLabel,
  iid,
  dirichlet,
  pathological,
  shard,
  size,
  "natural-id": naturalId,
};

export function partitionerOf<K extends Kind>(kind: K): Partitioner<K> {
  return partitioners[kind];
}
