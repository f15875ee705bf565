import { dataSize } from "../../cloud/cost/data-size.ts";
import type { Deployment } from "../../cloud/deployment.ts";
import { checkLimits } from "../../cloud/limits/limits.ts";
import { type DividedExamples, divisionOf, type Sizing, sizingOf } from "../../cloud/sizing.ts";
import { footprints } from "../../functions/footprints.ts";
import type { Dataset } from "../../shared/dataset/dataset.ts";
import { InputError } from "../../shared/errors.ts";
import { partitionDataset } from "../../shared/partition/partition.ts";
import { partitionDigest } from "../../shared/partition/partition-digest.ts";
import { cellName } from "../../shared/study/cells.ts";
import type { PlannedRun } from "../../shared/study/plan.ts";

export interface SizedRun extends PlannedRun {
  readonly sizing: Sizing;
}

/**
 * Divides the data set as every run will, once for each partition, since some fail with some seeds only.
 * @throws PartitionInvalid naming the cell, the seed and the field that must change
 */
export function sizeRuns(runs: readonly PlannedRun[], dataset: Dataset): SizedRun[] {
  const made = new Map<string, DividedExamples>();
  const { examples, classes, officialTest } = dataset;
  const size = dataSize(examples, classes, officialTest);
  return runs.map((run) =>
    inCell(run, () => {
      const { config } = run;
      // of one data set, so that its digest tells nothing apart
      const digest = partitionDigest(config, "");
      const division = made.get(digest) ?? divisionOf(partitionDataset(examples.y, classes, config, dataset));
      made.set(digest, division);
      return { ...run, sizing: sizingOf(config, size, division) };
    }),
  );
}

/**
 * Checks every run against what AWS allows and the stack offers.
 * @throws the errors of checkLimits, naming the cell and the seed
 */
export function checkRuns(runs: readonly SizedRun[], deployment: Deployment): void {
  for (const run of runs) inCell(run, () => checkLimits(run.sizing, deployment, footprints));
}

function inCell<T>({ cell, config }: PlannedRun, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.name, `${error.message} [in ${cellName(cell.labels)}, seed ${config.seed}]`, {
      cause: error,
    });
  }
}
