import type { Config } from "../../shared/config/schema.ts";
import { type DatasetContent, encodeDataset } from "../../shared/dataset/dataset.ts";
import { sha256Hex } from "../../shared/digest.ts";
import { keys } from "../../shared/layout.ts";
import { datasetRecordOf } from "../../shared/workflow/dataset-record.ts";
import type { MemoryBucket } from "./memory-bucket.ts";

/** Puts a data set and a run's configuration where the command line would. */
export async function claimData(
  bucket: MemoryBucket,
  run: string,
  content: DatasetContent,
  config: Config,
): Promise<void> {
  const bytes = encodeDataset(content);
  const digest = await sha256Hex(bytes);
  bucket.contents.set(keys.dataset(digest), bytes);
  await bucket.objects.putRecord(keys.config(run), {
    run,
    createdAt: "2026-01-01T00:00:00.000Z",
    config,
    dataset: datasetRecordOf({ ...content, source: "test" }, digest),
  });
}
