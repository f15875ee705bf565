import type { Config } from "../../shared/config/schema.ts";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { dataSize } from "../cost/data-size.ts";
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
