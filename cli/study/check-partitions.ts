import type { Dataset } from "../../shared/dataset/dataset.ts";
import { InputError } from "../../shared/errors.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { cellName } from "../../shared/study/cells.ts";
import type { PlannedRun } from "../../shared/study/plan.ts";

/**
 * Divides the data set as every run will, once for each partition: some fail with some seeds only.
 * @throws PartitionInvalid naming the cell, the seed and the field that must change
 */
export function checkPartitions(runs: readonly PlannedRun[], dataset: Dataset): void {
  const made = new Set<string>();
  for (const { cell, config } of runs) {
    // of one data set, so that its digest tells nothing apart
    const digest = partitionDigest(config, "");
    if (made.has(digest)) continue;
    try {
      partitionDataset(dataset.examples.y, dataset.classes, config, dataset);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(
        error.name,
        `${error.message} [in ${cellName(cell.labels)}, seed ${config.seed}]`,
        { cause: error },
      );
    }
    made.add(digest);
  }
}
