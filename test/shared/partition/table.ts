import { resolveConfig } from "../../../shared/config/resolve.ts";
import { partitionDataset } from "../../../shared/partition/partition.ts";

/** Labels with these totals, in order. */
export function labelsOf(totals: readonly number[]): Int32Array {
  return Int32Array.from(totals.flatMap((total, label) => new Array<number>(total).fill(label)));
}

/** Examples by [client][label] of a data set with these totals. */
export function tableOf(totals: readonly number[], partition: Record<string, unknown>, seed = 1): number[][] {
  const config = resolveConfig({ file: { seed, partition } });
  return partitionDataset(labelsOf(totals), totals.length, config).clients.map(({ labelCounts }) => [
    ...labelCounts,
  ]);
}

export const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** The message of the PartitionInvalid that this raises, or "" where it raises none. */
export function refusalOf(divide: () => unknown): string {
  try {
    divide();
  } catch (error) {
    if (error instanceof Error && error.name === "PartitionInvalid") return error.message;
    throw error;
  }
  return "";
}

export const mnist = [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958];
