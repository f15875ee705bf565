import { dataSize } from "../../shared/cost/data-size.ts";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { InputError } from "../../shared/errors.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { cellName } from "../../shared/study/cells.ts";
import type { PlannedRun } from "../../shared/study/plan.ts";
import { checkLimits, type Sizes, sizesOf } from "../../shared/workflow/limits.ts";

/**
 * Divides the data set as every run will, once for each partition, since some fail with some seeds only, and checks
 * every run against what AWS allows.
 * @throws PartitionInvalid and the errors of checkLimits, naming the cell, the seed and the field that must change
 */
export function checkPartitions(runs: readonly PlannedRun[], dataset: Dataset): void {
  const made = new Map<string, Sizes>();
  const { examples, classes, officialTest } = dataset;
  const size = dataSize(examples, classes, officialTest);
  for (const { cell, config } of runs) {
    // of one data set, so that its digest tells nothing apart
    const digest = partitionDigest(config, "");
    try {
      const sizes = made.get(digest) ?? sizesOf(size, partitionDataset(examples.y, classes, config, dataset));
      made.set(digest, sizes);
      checkLimits(config, sizes);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(
        error.name,
        `${error.message} [in ${cellName(cell.labels)}, seed ${config.seed}]`,
        { cause: error },
      );
    }
  }
}
