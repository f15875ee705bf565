import type { DatasetRecord } from "./run-record.ts";

/** The column that --label named when the data set was read; undefined where none was named. */
export function trainedLabel({ readWith = [] }: Pick<DatasetRecord, "readWith">): string | undefined {
  const at = readWith.indexOf("--label");
  return at < 0 ? undefined : readWith[at + 1];
}
