import { dirichlet } from "./dirichlet.ts";
import { iid } from "./iid.ts";
import { mainLabel } from "./main-label.ts";
import { naturalId } from "./natural-id.ts";
import { pathological } from "./pathological.ts";
import { shard } from "./shard.ts";
import { size } from "./size.ts";

/** A partitioner is a file of its own, and stands here, the one that a configuration has without naming any first. */
export const partitionKinds = [mainLabel, iid, dirichlet, pathological, shard, size, naturalId] as const;
