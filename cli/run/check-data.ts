import type { Config } from "../../shared/config/schema.ts";
import { dataSize } from "../../shared/cost/data-size.ts";
import type { DatasetContent } from "../../shared/dataset/dataset.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { checkLimits, sizesOf } from "../../shared/workflow/limits.ts";

/**
 * Whether a configuration can run over a data set, before anything is written: the partition can be made, and no
 * function gets more than it can hold.
 * @throws PartitionInvalid, ConfigInvalid, and the errors of checkLimits
 */
export function checkData(config: Config, dataset: DatasetContent): void {
  const partition = partitionDataset(dataset.examples.y, dataset.classes, config, dataset);
  const size = dataSize(dataset.examples, dataset.classes, dataset.officialTest);
  checkLimits(config, sizesOf(size, partition));
}
