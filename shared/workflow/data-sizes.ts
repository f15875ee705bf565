import type { Config } from "../config/schema.ts";
import { dataSize } from "../cost/data-size.ts";
import type { DatasetContent } from "../dataset/dataset.ts";
import { partitionDataset } from "../partition/partition.ts";
import { type Sizes, sizesOf } from "./limits.ts";

/**
 * Divides a data set as a run will, to see that it can be done, and how much everybody gets.
 * @throws PartitionInvalid, ConfigInvalid
 */
export function dataSizes(config: Config, dataset: DatasetContent): Sizes {
  const partition = partitionDataset(dataset.examples.y, dataset.classes, config, dataset);
  const size = dataSize(dataset.examples, dataset.classes, dataset.officialTest);
  return sizesOf(size, partition);
}
